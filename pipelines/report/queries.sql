-- Everything that the report asks the published copy. A query begins at `-- name:`; $page stands for the pairs of a
-- batch of pages, in the temporary table page_pair (a, b in alphabetical order).

-- name: acts_told
-- Acts with evidence to show. GDELT's acts have none; the pairs of GDELT are in its own rows.
create or replace temp view told as
select *, least(source, target) as a, greatest(source, target) as b
from fct_event
where origin in ('news', 'archive', 'list')

-- name: about
select item, value from _about

-- name: names
select country as code, name, 'state' as kind from dim_country
union all
select organisation, name, 'organisation' from dim_organisation

-- name: groups
select acts_as as code, arg_min(name, actor_id) as name
from dim_actor
where kind in ('group', 'organisation') and acts_as is not null
group by acts_as

-- name: measures
select measure, label, description, is_one_off from dim_measure

-- name: types
select type, mode, quad, description from dim_event_type

-- name: origins
select origin, count(*) as acts from fct_event where origin in ('news', 'archive', 'list') group by origin

-- name: coverage
select origin, date, article_count, coded_article_count, outlet_count, failed_fetch_count, status
from ind_coverage
where origin in ('news', 'archive')
order by origin, date

-- name: pairs
select a, b, count(*) as acts,
    count(*) filter (status = 'actual') as actual,
    count(*) filter (status = 'actual' and quad_class in (3, 4)) as conflict,
    count(*) filter (status = 'actual' and quad_class in (1, 2)) as cooperation,
    min(event_date) as first_date,
    max(coalesce(event_date, last_reported_at::date)) as last_date,
    round(sum(abs(severity) * outlet_count * confidence), 6) as weight
from told
group by a, b
order by a, b

-- name: acts
select told.*
from told
join page_pair using (a, b)
order by told.event_date nulls last, told.first_reported_at, told.event_id

-- name: linked_acts
-- The other ends of answers, which may lie with another pair.
select * from told
where event_id in (
    select response_to_event_id from told join page_pair using (a, b) where response_to_event_id is not null
)

-- name: evidence
select mention.event_id, mention.mention_id, mention.status, mention.event_date, mention.count, mention.unit,
    mention.confidence, mention.reported_at, article.outlet, article.url, article.title, article.story_id,
    article.article_id, article.lang, evidence.field, evidence.sentence, evidence.trigger, evidence.start_char,
    case evidence.field when 'title' then article.title when 'summary' then article.summary end as field_text
from told
join page_pair using (a, b)
join fct_event_mention as mention on mention.event_id = told.event_id
join fct_article as article using (article_id)
join fct_evidence as evidence using (mention_id)
order by mention.event_id, mention.reported_at, mention.mention_id, evidence.field desc, evidence.start_char

-- name: history
select history.event_id, history.status, history.as_of_date, article.outlet
from fct_event_status as history
join told using (event_id)
join page_pair using (a, b)
join fct_event_mention as mention on mention.mention_id = history.mention_id
join fct_article as article on article.article_id = mention.article_id
order by history.event_id, history.step

-- name: answers
select answered.*, least(answered.source, answered.target) as a, greatest(answered.source, answered.target) as b
from ind_retaliation as answered
join page_pair
    on page_pair.a = least(answered.source, answered.target) and page_pair.b = greatest(answered.source, answered.target)
where answered.origin in ('news', 'archive')
order by answered.event_date, answered.event_id

-- name: months
select relation.source as a, relation.target as b, relation.origin, relation.period, relation.indicator,
    relation.value, relation.lo, relation.hi, relation.n, relation.outlet_count, relation.status
from ind_relations_monthly as relation
join page_pair on page_pair.a = relation.source and page_pair.b = relation.target
where relation.direction = 'pooled'
    and relation.origin in ('news', 'archive', 'gdelt')
    and relation.indicator in (
        'goldstein_sum', 'relation_level', 'tension_share', 'event_count', 'verbal_cooperation_count',
        'material_cooperation_count', 'verbal_conflict_count', 'material_conflict_count'
    )
order by relation.source, relation.target, relation.origin, relation.period, relation.indicator

-- name: in_force
-- The last state of every measure that has a stock.
select origin, sender, target, measure, max(date) as since, arg_max(stock, date) as stock, any_value(known_from) as known_from
from ind_sanctions_in_force
group by origin, sender, target, measure
having arg_max(stock, date) > 0
order by stock desc, sender, target, measure

-- name: stocks
-- Every day that changed what is in force.
select origin, sender, target, measure, date, imposed_count, lifted_count, stock
from ind_sanctions_in_force
where origin in ('news', 'archive', 'list')
order by date, sender, target, measure

-- name: sanctions
select sanction.*, event.confidence, event.outlet_count, least(event.source, event.target) as a, greatest(event.source, event.target) as b,
    first.sentence, first.trigger, first.outlet, first.url
from fct_sanction as sanction
join fct_event as event using (event_id)
left join (
    select mention.event_id,
        arg_max(evidence.sentence, (mention.confidence, evidence.evidence_id)) as sentence,
        arg_max(evidence.trigger, (mention.confidence, evidence.evidence_id)) as trigger,
        arg_max(article.outlet, (mention.confidence, evidence.evidence_id)) as outlet,
        arg_max(article.url, (mention.confidence, evidence.evidence_id)) as url
    from fct_event_mention as mention
    join fct_evidence as evidence using (mention_id)
    join fct_article as article using (article_id)
    where mention.event_id in (select event_id from fct_sanction)
    group by mention.event_id
) as first using (event_id)
where sanction.origin in ('news', 'archive', 'list')
order by coalesce(sanction.announced_date, sanction.effective_date) desc nulls last, sanction.sanction_id

-- name: listed
select link.sanction_id, link.designee, link.basis, link.source, link.entry_id, link.matched_name, link.outcome, entry.name,
    entry.type, entry.programmes, entry.listed_date, entry.is_listed
from fct_list_link as link
left join fct_list_entry as entry on entry.source = link.source and entry.entry_id = link.entry_id
order by link.sanction_id, link.designee nulls last, link.entry_id

-- name: alerts
select * from ind_alert
where direction = 'pooled' and origin in ('news', 'archive')
order by date desc, z desc, source, target
limit 50

-- name: moved
-- Two windows of equal length: what each pair's acts add up to, with the limits of the sum.
with daily as (
    select source as a, target as b, period, n, g::double as g, g_squares::double as g_squares
    from wide.relations_daily
    where direction = 'pooled' and origin = $origin and period > $last::date - 2 * $days and period <= $last::date
),

windows as (
    select a, b,
        coalesce(sum(n) filter (period > $last::date - $days), 0)::integer as n,
        coalesce(sum(g) filter (period > $last::date - $days), 0) as g,
        coalesce(sum(g_squares) filter (period > $last::date - $days), 0) as q,
        coalesce(sum(n) filter (period <= $last::date - $days), 0)::integer as n_before,
        coalesce(sum(g) filter (period <= $last::date - $days), 0) as g_before,
        coalesce(sum(g_squares) filter (period <= $last::date - $days), 0) as q_before
    from daily
    group by a, b
),

spread as (
    -- The error of a sum; of one act alone nothing is known but its own size.
    select *,
        case when n > 1 then sqrt(greatest(q - g * g / n, 0) / (n - 1) * n) when n = 1 then abs(g) / 1.96 else 0 end as error,
        case when n_before > 1 then sqrt(greatest(q_before - g_before * g_before / n_before, 0) / (n_before - 1) * n_before)
            when n_before = 1 then abs(g_before) / 1.96 else 0 end as error_before
    from windows
)

select a, b, n, g, g - 1.96 * error as lo, g + 1.96 * error as hi, n_before, g_before,
    g - g_before as change,
    g - g_before - 1.96 * sqrt(error * error + error_before * error_before) as change_lo,
    g - g_before + 1.96 * sqrt(error * error + error_before * error_before) as change_hi
from spread
where n > 0
order by abs(g - g_before) desc, n desc, a, b
limit 20

-- name: recent_acts
select * from told
where origin = $origin and status = 'actual' and event_date > $last::date - $days and event_date <= $last::date
order by abs(severity) * outlet_count * confidence desc, event_id

-- name: open_acts
select answered.*, least(answered.source, answered.target) as a, greatest(answered.source, answered.target) as b,
    event.confidence, event.outlet_count, event.unit
from ind_retaliation as answered
join fct_event as event using (event_id)
where answered.origin = $origin and answered.is_open and event.quad_class = 4 and event.confidence >= 0.5
    and answered.event_date > $last::date - $days
order by abs(answered.severity) * event.outlet_count * event.confidence desc, answered.event_id
limit 25

-- name: answered_acts
select answered.*, least(answered.source, answered.target) as a, greatest(answered.source, answered.target) as b,
    event.confidence, event.outlet_count, event.unit, answer.unit as answer_unit, answer.type as answer_type, answer.mode as answer_mode
from ind_retaliation as answered
join fct_event as event on event.event_id = answered.event_id
join fct_event as answer on answer.event_id = answered.answer_event_id
where answered.origin = $origin and answered.answer_date > $last::date - $days and answered.answer_date <= $last::date
order by answered.answer_date desc, answered.event_id
limit 25

-- name: feeds
select feed.feed_id, feed.name, feed.outlet, feed.language, feed.country, feed.is_enabled,
    heard.last_article, heard.articles, tried.last_try, tried.last_success, tried.tries, tried.failures, tried.gaps, tried.last_outcome, tried.last_error
from dim_feed as feed
left join (
    select feed_id, max(coalesce(published_at, first_seen_at))::date as last_article, count(*) as articles
    from fct_article where origin = 'news' group by feed_id
) as heard using (feed_id)
left join (
    select feed_id, max(fetched_at) as last_try,
        max(fetched_at) filter (outcome in ('ok', 'unchanged')) as last_success,
        count(*) as tries,
        count(*) filter (outcome like 'error%') as failures,
        count(*) filter (is_gap) as gaps,
        arg_max(outcome, fetched_at) as last_outcome,
        arg_max(error, fetched_at) as last_error
    from fct_feed_fetch where origin = 'news' group by feed_id
) as tried using (feed_id)
where feed.is_enabled or heard.articles > 0
order by heard.last_article nulls first, feed.feed_id

-- name: heard_since
-- Articles of each feed in the last days.
select feed_id, count(*) as articles
from fct_article
where origin = $origin and coalesce(published_at, first_seen_at)::date > $last::date - $days
group by feed_id

-- name: outlets_by_type
select origin, type, quad_class, count(*) as acts,
    count(*) filter (outlet_count = 1) as single,
    count(*) filter (confidence >= 0.8) as sure,
    count(*) filter (event_date is null) as undated,
    round(avg(confidence), 4) as confidence
from told
where status = 'actual' and origin in ('news', 'archive')
group by origin, type, quad_class
order by origin, quad_class, type

-- name: confidence
select origin, least(floor(confidence * 10), 9)::integer as tenth, count(*) as acts
from told
where origin in ('news', 'archive') and status = 'actual'
group by all
order by all

-- name: single_by_month
select origin, date_trunc('month', event_date)::date as month, count(*) as acts, count(*) filter (outlet_count = 1) as single
from told
where status = 'actual' and event_date is not null and origin in ('news', 'archive')
group by all
order by all

-- name: aside
select reason, count(*) as items from fct_quarantine group by reason order by items desc, reason

-- name: date_basis
select coalesce(date_basis, 'none') as basis, count(*) as acts
from told
where status = 'actual' and origin in ('news', 'archive')
group by all
order by acts desc, basis

-- name: actor_months
-- What an actor did and what it met, by month and sign of the act.
select code, origin, month, side, acts, g, conflict, cooperation
from (
    select source as code, origin, date_trunc('month', event_date)::date as month, 'by' as side,
        count(*) as acts, sum(goldstein)::double as g,
        count(*) filter (quad_class in (3, 4)) as conflict, count(*) filter (quad_class in (1, 2)) as cooperation
    from told where status = 'actual' and event_date is not null and origin in ('news', 'archive')
    group by all
    union all
    select target, origin, date_trunc('month', event_date)::date, 'on',
        count(*), sum(goldstein)::double,
        count(*) filter (quad_class in (3, 4)), count(*) filter (quad_class in (1, 2))
    from told where status = 'actual' and event_date is not null and origin in ('news', 'archive')
    group by all
)
order by code, origin, month, side

-- name: levels
-- Every pair's monthly level: the small multiples of the actors' pages.
select level.source as a, level.target as b, level.origin, level.period,
    level.value as level, level.n, total.value as g, total.lo, total.hi
from ind_relations_monthly as level
join ind_relations_monthly as total
    on total.origin = level.origin and total.pair = level.pair and total.direction = level.direction
    and total.period = level.period and total.source = level.source and total.indicator = 'goldstein_sum'
where level.direction = 'pooled' and level.indicator = 'relation_level' and level.origin in ('news', 'archive')
order by level.source, level.target, level.origin, level.period
