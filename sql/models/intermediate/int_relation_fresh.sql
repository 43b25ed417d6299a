-- depends_on: {{ ref('int_touched_day') }}
-- The acts that count of days on which one changed; none where everything is recomputed.
{% if is_partial() %}
with fresh as materialized (
    select * from {{ ref('int_event') }} as stored where {{ tiled('stored', 'pair_key', 'event_date', touched_days()) }}
)

{{ relation_acts('fresh') }}
{% else %}
select * from ({{ relation_acts(ref('int_event')) }}) where false
{% endif %}
