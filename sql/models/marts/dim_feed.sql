select feed_id, name, url, language, country, kind, outlet, is_enabled, reason from {{ ref('stg_feed') }}
