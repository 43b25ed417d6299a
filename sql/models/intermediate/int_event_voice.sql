{{ config(materialized='incremental', stale="act in (select act from intermediate.int_touched_act)") }}
-- One row an act and independent voice: copies of one story are one outlet, the one that had it first.
select
    link.act,
    mention.voice,
    max(mention.confidence) as confidence,
    -- An outlet's last word counts; where one article tells a plan and its end, the end.
    arg_max(mention.status, epoch_us(mention.reported_at) * 4 + case mention.status when 'denied' then 3 when 'actual' then 2 else 1 end) as last_status
from {{ ref('int_event_mention') }} as link
join {{ ref('int_mention') }} as mention using (mention_id)
{% if is_partial() %}
semi join {{ ref('int_touched_act') }} as touched on touched.act = link.act
{% endif %}
where not link.is_dropped
group by all
