with heard as (
    select origin, date,
        sum(article_count)::integer as article_count,
        sum(coded_article_count)::integer as coded_article_count,
        (count(outlet) filter (coded_article_count > 0))::integer as outlet_count
    from {{ ref('int_outlet_day') }}
    group by all
),

enabled as (
    select origin, count(distinct outlet)::integer as enabled_outlet_count from {{ ref('int_outlet_day') }} group by origin
),

tried as (
    select origin, fetched_at::date as date,
        (count(*))::integer as fetch_count,
        (count(*) filter (outcome like 'error%'))::integer as failed_fetch_count,
        (count(*) filter (is_gap))::integer as gap_count
    from {{ ref('fct_feed_fetch') }}
    group by all
),

-- A day on which every feed failed has coverage to speak of, too: none.
reach as (
    select origin, first_date, last_date from {{ ref('int_today') }}
    union all
    select origin, min(date), max(date) from tried group by origin
),

calendar as (
    select origin, unnest(range(min(first_date), max(last_date) + interval 1 day, interval 1 day))::date as date
    from reach
    group by origin
)

select
    calendar.origin,
    calendar.date,
    coalesce(heard.article_count, 0) as article_count,
    coalesce(heard.coded_article_count, 0) as coded_article_count,
    coalesce(heard.outlet_count, 0) as outlet_count,
    enabled.enabled_outlet_count,
    coalesce(tried.fetch_count, 0) as fetch_count,
    coalesce(tried.failed_fetch_count, 0) as failed_fetch_count,
    coalesce(tried.gap_count, 0) as gap_count,
    case when coalesce(heard.coded_article_count, 0) = 0 then 'no_coverage'
        when heard.coded_article_count < 5 then 'low_n' else 'ok' end as status
from calendar
left join heard using (origin, date)
left join tried using (origin, date)
left join enabled using (origin)
