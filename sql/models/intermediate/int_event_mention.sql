{{ config(materialized='view') }}
-- Which act a mention belongs to after the analyst's corrections.
-- Corrections name an act by any of its mentions, so that they hold whatever is joined later.
with split as (
    select mention, max(hash(correction_id)) as act from {{ ref('int_correction') }} where action = 'split' group by mention
),

dropped as (
    -- The act that the mention belongs to after all else.
    select distinct coalesce(split.act, merged.to_act, correction.act) as act
    from {{ ref('int_correction') }} as correction
    left join split using (mention)
    left join {{ ref('int_merge') }} as merged on merged.act = correction.act
    where correction.action = 'drop'
),

named as (
    select act from {{ ref('int_correction') }}
    union
    select to_act from {{ ref('int_merge') }}
)

-- Acts that no correction names, nearly all, are read as they are.
select told.mention, told.act, false as is_dropped
from {{ ref('int_act_mention') }} as told
anti join named on named.act = told.act
union all
select told.mention, told.act, dropped.act is not null as is_dropped
from (
    select told.mention, coalesce(split.act, merged.to_act, told.act) as act
    from {{ ref('int_act_mention') }} as told
    semi join named on named.act = told.act
    left join split using (mention)
    left join {{ ref('int_merge') }} as merged on merged.act = told.act
) as told
left join dropped on dropped.act = told.act
