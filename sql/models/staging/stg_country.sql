select
    alpha3 as country,
    name,
    alpha2,
    "numeric" as numeric_code,
    capital,
    part_of,
    {{ first_day('valid_from') }} as valid_from,
    {{ last_day_of('valid_to') }} as valid_to
from {{ source('reference', 'countries') }}
