-- Everybody whom an article can name, and for whom he acts.
select alpha3 as actor_id, name, 'state' as kind, alpha3 as acts_as, alpha3 as country,
    {{ first_day('valid_from') }} as valid_from, {{ last_day_of('valid_to') }} as valid_to
from {{ source('reference', 'countries') }}
union all
select code, name, 'organisation', acts_as, null, null, null
from {{ source('reference', 'organisations') }}
union all
select group_id, name, 'group', acts_as, null, {{ first_day('valid_from') }}, {{ last_day_of('valid_to') }}
from {{ source('reference', 'groups') }}
union all
select agency_id, name, kind, acts_as, country, {{ first_day('valid_from') }}, {{ last_day_of('valid_to') }}
from {{ source('reference', 'agencies') }}
union all
select actor_id, arg_min(name, valid_from), 'person', arg_max(acts_as, coalesce(valid_to, '9999-12-31'::date)),
    arg_max(coalesce(home, acts_as), coalesce(valid_to, '9999-12-31'::date)), min(valid_from),
    case when count(*) = count(valid_to) then max(valid_to) end
from {{ ref('stg_office') }}
group by actor_id
