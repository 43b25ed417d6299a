-- The acts after the analyst's corrections: which act a mention belongs to, and what that act is called.
-- Corrections name an act by any of its mentions, so that they hold whatever is joined later.
with correction as (
    select correction.*, act_mention.act, to_act_mention.act as to_act
    from {{ ref('stg_correction') }} as correction
    join {{ ref('int_act_mention') }} as act_mention using (mention_id)
    left join {{ ref('int_act_mention') }} as to_act_mention on to_act_mention.mention_id = correction.to_mention_id
),

merged as (
    select act, arg_max(to_act, correction_id) as to_act from correction where action = 'merge' and to_act is not null group by act
),

split as (
    select mention_id, max(hash(correction_id)) as act from correction where action = 'split' group by mention_id
),

dropped as (
    select distinct act from correction where action = 'drop'
),

corrected as materialized (
    select
        act_mention.mention_id,
        coalesce(split.act, merged.to_act, act_mention.act) as act,
        dropped.act is not null and split.act is null as is_dropped,
        mention.reported_at
    from {{ ref('int_act_mention') }} as act_mention
    join {{ ref('int_mention') }} as mention using (mention_id)
    left join split using (mention_id)
    left join merged on merged.act = act_mention.act
    left join dropped on dropped.act = act_mention.act
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
    corrected.is_dropped
from corrected
join named using (act)
