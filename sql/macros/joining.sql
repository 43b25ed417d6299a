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
