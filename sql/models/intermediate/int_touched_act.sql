-- Acts that have a mention in a touched block, or had one, with where and when they fell.
{% if is_partial() %}
with touched as (
    select link.act
    from {{ stored('int_event_mention') or ref('int_corrected_mention') }} as link
    join {{ ref('int_touched') }} as touched on touched.block = link.block and link.day >= touched.from_date
    union
    select link.act
    from {{ ref('int_corrected_mention') }} as link
    join {{ ref('int_touched') }} as touched on touched.block = link.block and link.day >= touched.from_date
)

select act, was.origin, was.source, was.target, was.event_date
from touched
left join {{ stored('int_event') or ref('int_corrected_mention') }} as was using (act)
{% else %}
select act, null::varchar as origin, null::varchar as source, null::varchar as target, null::date as event_date
from {{ ref('int_corrected_mention') }}
where false
{% endif %}
