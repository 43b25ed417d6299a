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
select person_id, any_value(name order by valid_from), 'person', arg_max(acts_as, coalesce(valid_to, '9999-12-31')),
    arg_max(acts_as, coalesce(valid_to, '9999-12-31')), min({{ first_day('valid_from') }}),
    case when count(*) = count(valid_to) then max({{ last_day_of('valid_to') }}) end
from {{ source('reference', 'offices') }}
group by person_id
