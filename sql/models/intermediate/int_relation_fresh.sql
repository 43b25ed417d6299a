-- depends_on: {{ ref('int_touched_day') }}
-- The acts that count of days on which one changed; none where everything is recomputed.
{% if is_partial() %}
with fresh as materialized (
    select * from {{ ref('int_event') }}
    where rowid in (
        select act.rowid from {{ ref('int_event') }} as act
        semi join {{ ref('int_touched_day') }} as touched on touched.pair_key = act.pair_key and touched.date = act.event_date
    )
)

{{ relation_acts('fresh') }}
{% else %}
select * from ({{ relation_acts(ref('int_event')) }}) where false
{% endif %}
