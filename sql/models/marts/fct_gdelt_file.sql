select * exclude (batch) from {{ ref('stg_gdelt_file') }}
