-- depends_on: {{ ref('int_touched_day') }}
-- The acts that count of days on which one changed; none where everything is recomputed.
{% if is_partial() %}
with fresh as materialized (
    select * from {{ picked(ref('int_event'), 'act', 'where ' ~ is_touched('stored', day='event_date'),
        'act, event_id, origin, source, target, pair_key, event_date, quad_class, goldstein, voices, status, is_reciprocal') }}
)

{{ relation_acts('fresh') }}
{% else %}
select * from ({{ relation_acts(ref('int_event')) }}) where false
{% endif %}
