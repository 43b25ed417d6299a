-- No model reads the clock: "today" is the last loaded day of an origin. News is read as it appears, so that is the
-- last day on which a feed answered; an archive or a list reaches as far as what it holds.
select
    origin,
    min(day) as first_date,
    max(day) as last_date
from (
    select origin, fetched_at::date as day from {{ ref('stg_fetch') }} where origin = 'news' and outcome in ('ok', 'unchanged')
    union all
    select origin, coalesce(published_at, fetched_at)::date from {{ ref('stg_item') }}
    union all
    select 'gdelt', added_date from {{ ref('stg_gdelt_file') }}
    union all
    -- A list was looked at on days on which it did not change, too.
    select 'list', fetched_at::date from {{ ref('stg_list_snapshot') }}
)
group by origin
