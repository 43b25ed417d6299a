-- What the pages of tables in Dagster's UI plot. A query begins at `-- plot: TABLE, what it shows`; its rows are a label
-- and a number. Days are drawn as columns in their order (null: nothing was read), words as bars, the greatest first.

-- plot: ind_coverage, articles coded a day, the last 90 days
select date, any_value(case when status <> 'no_coverage' then n end)
from (select date, sum(coded_article_count) over (partition by date) as n, status from ind_coverage where origin in ('news', 'archive'))
where date > (select max(date) - 90 from ind_coverage where origin in ('news', 'archive'))
group by date
order by date

-- plot: ind_coverage, articles coded a month
select date_trunc('month', date)::date, sum(coded_article_count) filter (status <> 'no_coverage')
from ind_coverage
where origin in ('news', 'archive')
group by 1
order by 1

-- plot: dim_feed, articles by feed
select feed.name, count(article_id)
from dim_feed as feed
left join fct_article as article using (feed_id)
where feed.is_enabled
group by feed.name

-- plot: fct_feed_fetch, attempts by what came of them
select outcome, count(*) from fct_feed_fetch group by 1

-- plot: fct_article, articles by outlet
select coalesce(outlet, '(unknown)'), count(*) from fct_article group by 1 order by 2 desc limit 30

-- plot: fct_article, articles by what the coder made of them
select coalesce(coding_outcome, '(not coded)'), count(*) from fct_article group by 1

-- plot: fct_quarantine, set aside, by reason
select reason, count(*) from fct_quarantine group by 1

-- plot: fct_event, acts by type
select type, count(*) from fct_event where origin <> 'gdelt' group by 1

-- plot: fct_event, acts by status
select status, count(*) from fct_event where origin <> 'gdelt' group by 1

-- plot: fct_event, acts a month
with month as (
    select date_trunc('month', event_date)::date as month, count(*) as n from fct_event
    where origin in ('news', 'archive') and event_date is not null and status = 'actual' group by 1
),
read as (select distinct date_trunc('month', date)::date as month from ind_coverage where origin in ('news', 'archive') and status <> 'no_coverage'),
span as (select unnest(generate_series(min(month), max(month), interval 1 month))::date as month from read)
select span.month, coalesce(month.n, case when read.month is not null then 0 end)
from span left join month using (month) left join read using (month)
order by 1

-- plot: fct_event_mention, mentions without an act, by what is wrong with them
select problem, count(*) from fct_event_mention where problem is not null group by 1

-- plot: fct_sanction, records by measure
select measure, count(*) from (select unnest(measures) as measure from fct_sanction where origin <> 'list') group by 1

-- plot: fct_list_entry, entries by list
select source, count(*) from fct_list_entry where is_listed group by 1

-- plot: fct_list_link, designees of the news by what was found for them
select outcome, count(*) from fct_list_link group by 1

-- plot: ind_alert, alarms a month
with read as (select distinct origin, date_trunc('month', date)::date as month from ind_coverage where status <> 'no_coverage'),
span as (select unnest(generate_series(min(month), max(month), interval 1 month))::date as month from read),
alarm as (select date_trunc('month', date)::date as month, count(*) as n from ind_alert where origin in ('news', 'archive') group by 1)
select span.month, coalesce(any_value(alarm.n), case when count(read.month) > 0 then 0 end)
from span left join alarm using (month) left join read on read.month = span.month and read.origin in ('news', 'archive')
group by 1
order by 1

-- plot: ind_alert, alarms by pair
select source || '–' || target, count(*) from ind_alert where origin in ('news', 'archive') group by 1 order by 2 desc limit 20

-- plot: ind_retaliation, answers by days that they took
select case when lag_days is null then 'no answer known' when lag_days <= 0 then 'the same day' when lag_days = 1 then '1 day'
    when lag_days <= 7 then '2 to 7 days' when lag_days <= 30 then '8 to 30 days' else 'longer' end, count(*)
from ind_retaliation
where origin in ('news', 'archive')
group by 1

-- plot: ind_sanctions_in_force, acts in force, by sender and target
select sender || ' → ' || target, sum(stock)
from (select sender, target, measure, arg_max(stock, date) as stock from ind_sanctions_in_force where origin in ('news', 'archive') group by all)
where stock > 0
group by 1
order by 2 desc
limit 20

-- plot: ind_relations_monthly, values by status
select status, count(*) from ind_relations_monthly group by 1
