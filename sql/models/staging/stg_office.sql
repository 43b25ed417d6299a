select
    coalesce(person_id, 'person-' || md5(name)[:12]) as actor_id,
    name,
    acts_as,
    home,
    office,
    role,
    {{ first_day('valid_from') }} as valid_from,
    {{ last_day_of('valid_to') }} as valid_to,
    certainty
from {{ source('reference', 'offices') }}
