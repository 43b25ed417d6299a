-- Days whose coverage is another now: none, thin or ok.
select changed.origin, changed.date
from {{ ref('int_changed_day') }} as changed
left join {{ ref('ind_coverage') }} as coverage using (origin, date)
where coalesce(coverage.status, 'no_coverage') <> changed.coverage
