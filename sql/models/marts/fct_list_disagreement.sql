-- Where the news and the lists differ. `news_only`: a designee announced while its sender's list was being looked at, and
-- on none of its entries. `list_only`: an entry added by a change, and no report names it or the act that it came with.
select
    'news_only' as kind, act.sender, act.target, link.designee as name, act.announced_date as date,
    act.sanction_id, list.source, null as entry_id, link.outcome || ': ' || link.evidence as note
from {{ ref('fct_list_link') }} as link
join {{ ref('fct_sanction') }} as act using (sanction_id)
join (select distinct source, sender from {{ ref('fct_list_entry') }}) as list on list.sender = act.sender
join {{ ref('int_list_reach') }} as reach on reach.source = list.source
where link.basis = 'name' and link.entry_id is null
    and act.status = 'actual' and act.action in ('impose', 'extend')
    and act.announced_date between reach.first_at::date and reach.last_at::date
union all
select
    'list_only', change.sender, change.target, change.name, change.change_date, null, change.source, change.entry_id,
    array_to_string(change.programmes, ', ')
from {{ ref('fct_list_change') }} as change
where change.action = 'added'
    and not exists (
        select 1 from {{ ref('fct_list_link') }} as link
        where link.source = change.source and link.entry_id = change.entry_id
    )
