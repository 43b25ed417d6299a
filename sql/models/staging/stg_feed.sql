select
    feed_id,
    name,
    url,
    nullif(language, '') as language,
    nullif(country, '') as country,
    nullif(kind, '') as kind,
    outlet,
    lower(coalesce(enabled, '')) in ('true', 'yes', '1') as is_enabled,
    nullif(reason, '') as reason
from {{ source('operator', 'feeds') }}
