{# May two candidates of one block be the same act? `worse` joins `better`; d is how many days later it is dated. #}
{% macro may_be_one(worse, better) -%}
    {%- set d -%} ({{ worse }}.day - {{ better }}.day) {%- endset -%}
    ({{ worse }}.mode = {{ better }}.mode or {{ worse }}.mode is null or {{ better }}.mode is null)
    and ({{ worse }}.direction = {{ better }}.direction or {{ worse }}.direction = 0 or {{ better }}.direction = 0)
    and case
        -- Reports of one day that disagree on a number tell one act unless they differ by more than half.
        when {{ worse }}.count <> {{ better }}.count
            and least({{ worse }}.count, {{ better }}.count)
                < case when {{ d }} = 0 then 0.5 else 0.9 end * greatest({{ worse }}.count, {{ better }}.count) then false
        -- The same telling number some days apart is one act, told with another day.
        when {{ worse }}.count > 2 and {{ better }}.count > 2
            then abs({{ d }}) <= case when {{ worse }}.is_daily then 1 else 3 end
        when {{ worse }}.is_daily then {{ d }} = 0
        -- Two days that the texts state are two acts, but for a night between two days.
        when {{ worse }}.is_stated and {{ better }}.is_stated then abs({{ d }}) <= case when {{ worse }}.is_nightly then 1 else 0 end
        when not {{ worse }}.is_stated and not {{ better }}.is_stated then abs({{ d }}) <= 1
        -- A day that was only taken from the publication is the act's, or up to two days later.
        when {{ better }}.is_stated then {{ d }} between -1 and 2
        else {{ d }} between -2 and 1
    end
{%- endmacro %}

{# Which act each of some mentions (rows of int_act_mention) belongs to after the analyst's corrections: each mention by itself. #}
{% macro corrected(told) -%}
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
select told.mention, told.act, told.day, told.tile, false as is_dropped
from {{ told }} as told
anti join named on named.act = told.act
union all
select told.mention, told.act, told.day, told.tile, dropped.act is not null as is_dropped
from (
    select told.mention, told.day, told.tile, coalesce(split.act, merged.to_act, told.act) as act
    from {{ told }} as told
    semi join named on named.act = told.act
    left join split using (mention)
    left join {{ ref('int_merge') }} as merged on merged.act = told.act
) as told
left join dropped on dropped.act = told.act
{%- endmacro %}
