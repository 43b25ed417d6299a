-- Days on which an article that changed appeared, or appears, and how that day was covered before.
with changed as (
    select origin, date from {{ ref('int_changed_article') }} where date is not null
    union
    select origin, was_date from {{ ref('int_changed_article') }} where was_date is not null
)

select changed.origin, changed.date, coalesce(was.status, 'no_coverage') as coverage
from changed
left join {{ stored('ind_coverage', 'main') or "(select origin, date, null as status from " ~ ref('int_changed_article') ~ ")" }} as was using (origin, date)
