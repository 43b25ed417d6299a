{{ config(materialized='incremental', stale='(pair_key, year) in (select pair_key, year from intermediate.int_touched_series)') }}
-- What the fit of ind_reciprocity adds up, by year, so that a late report changes one year of it: of what one side did to the
-- other (g, in tenths, which add up exactly), the sums over periods that have one after them (what the other side may
-- answer) and over those that have one before them (what may answer it), the products with what it got a period ago, and
-- the first and last of the year's periods with their own part in these sums.
{% for grain, relation in {'day': 'relations_daily', 'week': 'relations_weekly', 'month': 'relations_monthly'}.items() %}
{{ 'with' if loop.first }} {{ grain }}_side as materialized (
    select relation.relation, relation.pair_key, relation.origin, year(relation.period) as year, covered.number, (relation.g * 10)::bigint as g,
        case when covered.is_followed then (relation.g * 10)::bigint else 0 end as asks,
        case when covered.follows then (relation.g * 10)::bigint else 0 end as answers
    from {{ ref(relation) }} as relation
    join {{ ref('int_period') }} as covered on covered.origin = relation.origin and covered.period = relation.period
    where covered.grain = '{{ grain }}' and relation.direction = 'directed'
    {% if is_partial() %}
        -- With the period before each year.
        and {{ paired('relation.pair_key', 'relation.period', "select distinct pair_key as key,
            unnest(range(make_date(year::integer, 1, 1) - 31, make_date(year::integer + 1, 1, 1), interval 1 day))::date as day
            from " ~ ref('int_touched_series')) }}
    {% endif %}
),

{{ grain }}_sums as (
    select '{{ grain }}' as grain, gives.relation, any_value(gives.pair_key) as pair_key, any_value(gives.origin) as origin, gives.year,
        sum(gives.asks)::bigint as asked, sum(gives.asks * gives.asks)::bigint as asked_squares,
        sum(gives.answers)::bigint as answered, sum(gives.answers * gives.answers)::bigint as answered_squares,
        coalesce(sum(gives.g * got.g), 0)::bigint as products,
        min(gives.number) as first_number, arg_min(gives.answers, gives.number) as first_answer,
        max(gives.number) as last_number, arg_max(gives.asks, gives.number) as last_ask
    from {{ grain }}_side as gives
    -- A relation's reverse is the relation with its last two bits turned.
    left join {{ grain }}_side as got on got.relation = xor(gives.relation, 3::ubigint) and got.number = gives.number - 1
    {% if is_partial() %}
    where (gives.pair_key, gives.year) in (select pair_key, year from {{ ref('int_touched_series') }})
    {% endif %}
    group by gives.relation, gives.year
){{ "," if not loop.last }}
{% endfor %}

select * from day_sums union all select * from week_sums union all select * from month_sums
