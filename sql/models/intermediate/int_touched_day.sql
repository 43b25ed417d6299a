-- Pairs and days of acts that changed, as they were and as they are.
{% if is_partial() %}
select distinct pair_key, event_date as date from {{ change_of('int_event') }} where event_date is not null
{% else %}
select pair_key, event_date as date from {{ ref('int_event') }} where false
{% endif %}
