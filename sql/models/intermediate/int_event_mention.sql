{{ config(materialized='incremental', stale="act in (select act from intermediate.int_touched_act)") }}
-- The acts after the analyst's corrections: which act a mention belongs to, and what that act is called: after its first
-- report. Corrections name an act by any of its mentions, so that they hold whatever is joined later.
with corrected as materialized (
    select link.*, mention.reported_at
    from {{ ref('int_corrected_mention') }} as link
    join {{ ref('int_mention') }} as mention using (mention_id)
    {% if is_partial() %}
    semi join {{ ref('int_touched_act') }} as touched on touched.act = link.act
    {% endif %}
),

first_report as (
    select act, min(reported_at) as reported_at, count(*)::integer as mention_count from corrected group by act
),

named as (
    select corrected.act, min(corrected.mention_id) as event_id, any_value(first_report.mention_count) as mention_count
    from corrected
    join first_report using (act, reported_at)
    group by corrected.act
)

select
    corrected.mention_id,
    named.event_id,
    corrected.act,
    named.mention_count,
    corrected.is_dropped,
    corrected.block,
    corrected.day
from corrected
join named using (act)
