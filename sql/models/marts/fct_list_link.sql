-- Which entry a designee of a sanctions act in the news is. By name, or mentioned in the report and listed then; and, where one name of an act is linked to an entry
-- that was listed in those days, the entries that the same list added with it on that day under the same programme.
with listed as materialized (
    select * from {{ ref('stg_list_link') }}
),

mention as materialized (
    select mention, batch, coding_id, event_ordinal
    from {{ ref('int_mention') }}
    where coding_id in (select coding_id from listed where hash(coding_id) >= 0) and origin <> 'list'
),

link as materialized (
    select mention, act from {{ ref('int_event_mention') }} where not is_dropped and mention in (select mention from mention where hash(mention) >= 0)
),

named as (
    select
        md5(concat_ws('|', act.event_id, sanction.sender, sanction.target, sanction.action)) as sanction_id,
        act.event_id,
        found.* exclude (coding_id, event_ordinal)
    from listed as found
    join mention on mention.coding_id = found.coding_id and mention.event_ordinal = found.event_ordinal
    join {{ ref('stg_sanction') }} as sanction
        on sanction.batch = mention.batch
        and sanction.coding_id = mention.coding_id
        and sanction.event_ordinal = mention.event_ordinal
    join link on link.mention = mention.mention
    join {{ ref('int_event') }} as act on act.act = link.act and hash(link.act) >= 0
),

by_name as (
    select sanction_id, event_id, designee,
        arg_max({'basis': basis, 'source': source, 'entry_id': entry_id, 'matched_name': matched_name, 'name_score': name_score,
            'score': score, 'outcome': outcome, 'evidence': evidence}, (outcome = 'linked', coalesce(score, 0), entry_id, matched_name, evidence)) as best
    from named
    group by all
),

anchor as (
    -- A linked entry that was listed (or taken off) in the days of the act.
    select distinct act.sanction_id, act.event_id, change.source, change.action, change.change_date, change.basis,
        change.target, change.programmes, change.name, by_name.best.score as score
    from by_name
    join {{ ref('fct_sanction') }} as act using (sanction_id)
    join {{ ref('fct_list_change') }} as change
        on change.source = by_name.best.source and change.entry_id = by_name.best.entry_id
        and change.action = case when act.action in ('lift', 'ease') then 'removed' else 'added' end
        and change.change_date between act.announced_date - 7 and act.announced_date + 30
    where by_name.best.outcome = 'linked' and act.status = 'actual'
),

together as (
    select anchor.sanction_id, anchor.event_id, change.source, change.entry_id,
        max(anchor.score) as score,
        arg_max(anchor.name, (anchor.score, anchor.name)) as beside,
        min(change.change_date) as change_date
    from anchor
    join {{ ref('fct_list_change') }} as change
        on change.source = anchor.source and change.action = anchor.action and change.change_date = anchor.change_date
        and change.target is not distinct from anchor.target
        and list_has_any(change.programmes, anchor.programmes)
    where not exists (
        select 1 from by_name
        where by_name.sanction_id = anchor.sanction_id and by_name.best.source = change.source and by_name.best.entry_id = change.entry_id
    )
    group by all
)

select
    md5(concat_ws('|', sanction_id, 'name', designee)) as link_id,
    sanction_id, event_id, designee, best.basis as basis,
    best.source as source, best.entry_id as entry_id, best.matched_name as matched_name,
    best.name_score as name_score, best.score as score, best.outcome as outcome, best.evidence as evidence
from by_name
union all
select
    md5(concat_ws('|', sanction_id, 'same_act', source, entry_id)),
    sanction_id, event_id, null, 'same_act', source, entry_id, null, null,
    -- Not named in the report: a little less sure than the name that it was listed with.
    round(0.9 * score, 4), 'linked',
    'on ' || change_date || ' the list changed for it together with ' || beside || ', which the report names'
from together
