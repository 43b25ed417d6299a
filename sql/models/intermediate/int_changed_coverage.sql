-- Days of which something is read now and was not, or the reverse.
select changed.origin, changed.date
from {{ ref('int_changed_day') }} as changed
left join {{ ref('ind_coverage') }} as coverage using (origin, date)
where coalesce(coverage.status <> 'no_coverage', false) <> changed.was_covered
