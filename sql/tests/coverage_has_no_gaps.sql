{{ config(meta={
    'remedy': 'No input can cause this: it is a defect of sql/models/marts/ind_coverage.sql. Report it with the origin.'
}) }}
-- Every day from the first to the last of an origin has one row.
select origin
from {{ ref('ind_coverage') }}
group by origin
having count(*) <> max(date) - min(date) + 1 or count(distinct date) <> count(*)
