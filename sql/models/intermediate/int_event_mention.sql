{{ config(materialized='view') }}
-- Which act a mention belongs to after the analyst's corrections.
-- Corrections name an act by any of its mentions, so that they hold whatever is joined later.
with merged as (
    select act, arg_max(to_act, correction_id) as to_act
    from {{ ref('int_correction') }}
    where action = 'merge' and to_act is not null
    group by act
),

split as (
    select mention, max(hash(correction_id)) as act from {{ ref('int_correction') }} where action = 'split' group by mention
),

dropped as (
    select distinct act from {{ ref('int_correction') }} where action = 'drop'
)

-- Acts that no correction names, nearly all, are read as they are.
select told.mention, told.act, false as is_dropped
from {{ ref('int_act_mention') }} as told
anti join {{ ref('int_correction') }} as correction on correction.act = told.act
union all
select
    told.mention,
    coalesce(split.act, merged.to_act, told.act) as act,
    dropped.act is not null and split.act is null as is_dropped
from {{ ref('int_act_mention') }} as told
semi join {{ ref('int_correction') }} as correction on correction.act = told.act
left join split using (mention)
left join merged on merged.act = told.act
left join dropped on dropped.act = told.act
