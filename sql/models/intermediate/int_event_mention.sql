{{ config(materialized='view') }}
-- Which act a mention belongs to after the analyst's corrections.
-- Corrections name an act by any of its mentions, so that they hold whatever is joined later.
with correction as (
    select correction.*, told.mention, told.act, to_told.act as to_act
    from {{ ref('stg_correction') }} as correction
    join {{ ref('int_act_mention') }} as told on told.mention = hash(correction.mention_id)
    left join {{ ref('int_act_mention') }} as to_told on to_told.mention = hash(correction.to_mention_id)
),

merged as (
    select act, arg_max(to_act, correction_id) as to_act from correction where action = 'merge' and to_act is not null group by act
),

split as (
    select mention, max(hash(correction_id)) as act from correction where action = 'split' group by mention
),

dropped as (
    select distinct act from correction where action = 'drop'
)

select
    told.mention,
    coalesce(split.act, merged.to_act, told.act) as act,
    dropped.act is not null and split.act is null as is_dropped
from {{ ref('int_act_mention') }} as told
left join split using (mention)
left join merged on merged.act = told.act
left join dropped on dropped.act = told.act
