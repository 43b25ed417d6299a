-- An expulsion or a closed mission is over once it is done: it has a flow, but no stock that is in force.
select code as measure, label, description,
    code in ('diplomatic_expulsion', 'diplomatic_closure') as is_one_off
from {{ source('reference', 'measures') }}
