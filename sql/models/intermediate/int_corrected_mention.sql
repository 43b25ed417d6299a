{{ config(materialized='view') }}
-- Which act a mention belongs to after the analyst's corrections.
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
)

select
    act_mention.mention_id,
    coalesce(split.act, merged.to_act, act_mention.act) as act,
    dropped.act is not null and split.act is null as is_dropped,
    act_mention.block,
    act_mention.day
from {{ ref('int_act_mention') }} as act_mention
left join split using (mention_id)
left join merged on merged.act = act_mention.act
left join dropped on dropped.act = act_mention.act
