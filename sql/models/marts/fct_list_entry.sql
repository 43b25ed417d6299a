-- One entry of an official list: as it is, or as it last was. Its day of listing is the publisher's where he gives one,
-- else that of the change that added it; an undated entry of a list's first snapshot has none, and is in force since
-- before `first_seen_at`.
with change as (
    select
        source, entry_id,
        min(change_date) filter (action = 'added') as added_date,
        arg_min(basis, change_date) filter (action = 'added') as added_basis,
        max(change_date) filter (action = 'added') as last_added_date,
        max(change_date) filter (action = 'removed') as removed_date,
        max(after_date) filter (action = 'removed') as last_seen_date,
        (count(*) filter (action = 'amended'))::integer as amended_count
    from {{ ref('stg_list_change') }}
    group by source, entry_id
)

select
    entry.source,
    entry.entry_id,
    entry.latest.sender as sender,
    entry.latest.list as list,
    entry.latest.name as name,
    entry.latest.aliases as aliases,
    entry.latest.weak_aliases as weak_aliases,
    entry.latest.type as type,
    entry.latest.programmes as programmes,
    entry.latest.legal_basis as legal_basis,
    entry.latest.countries as countries,
    entry.latest.birth_dates as birth_dates,
    entry.latest.title as title,
    entry.latest.remarks as remarks,
    entry.latest.target as target,
    entry.latest.measures as measures,
    coalesce(entry.listed_date, change.added_date) as listed_date,
    case when entry.listed_date is not null then 'publisher' else change.added_basis end as listed_basis,
    case when change.removed_date >= coalesce(change.last_added_date, change.removed_date) then change.removed_date end as delisted_date,
    coalesce(change.removed_date < change.last_added_date, change.removed_date is null) as is_listed,
    entry.first_seen_at,
    case when coalesce(change.removed_date < change.last_added_date, change.removed_date is null) then reach.last_at
        else coalesce(change.last_seen_date, change.removed_date)::timestamp end as last_seen_at,
    coalesce(change.amended_count, 0) as amended_count
from {{ ref('int_list_entry') }} as entry
left join change using (source, entry_id)
left join {{ ref('int_list_reach') }} as reach using (source)
