select code as organisation, name, other_names, seats
from {{ source('reference', 'organisations') }}
