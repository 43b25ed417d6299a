-- What people call on the published copy beside its tables.

-- A pair's relation stock on any day: the last day's stock, decayed. half_life: 7, 30 or 365.
create or replace macro relation_stock_on(which_origin, which_direction, one, other, day, half_life) as (
    select arg_max(case half_life when 7 then stock_7 when 30 then stock_30 when 365 then stock_365 end, period)
        * power(2, -(day::date - max(period)) / half_life)
    from wide.relation_stock
    where origin = which_origin and direction = which_direction and source = one and target = other
        and period <= day::date
);

-- A dense series of one indicator that counts or sums acts (event_count, goldstein_sum, a quad's count): days without acts
-- are 0 and no_events where something was read, NULL and no_coverage where nothing was.
create or replace macro relations_dense(which_origin, which_direction, one, other, which_indicator, from_day, to_day) as table
select
    coverage.date as period,
    case when found.indicator is not null then found.value when coverage.status <> 'no_coverage' then 0 end as value,
    case when found.indicator is not null then found.lo when coverage.status <> 'no_coverage' then 0 end as lo,
    case when found.indicator is not null then found.hi
        when coverage.status <> 'no_coverage' and which_indicator like '%count' then power(1 - 1 / 9.0 + 1.96 / 3, 3) end as hi,
    coalesce(found.n, 0) as n,
    coalesce(found.outlet_count, 0) as outlet_count,
    coalesce(found.status, case when coverage.status = 'no_coverage' then 'no_coverage' else 'no_events' end) as status
from (
    select days.date::date as date, coalesce(heard.status, 'no_coverage') as status
    from generate_series(from_day::timestamp, to_day::timestamp, interval 1 day) as days (date)
    left join ind_coverage as heard on heard.date = days.date::date and heard.origin = which_origin
) as coverage
left join ind_relations_daily as found
    on found.period = coverage.date
    and found.origin = which_origin and found.direction = which_direction
    and found.source = one and found.target = other and found.indicator = which_indicator
order by coverage.date;
