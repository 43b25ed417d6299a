select
    md5(concat_ws('|', source, entry_id, action, change_date, basis)) as change_id,
    source, sender, entry_id, action, basis, change_date, after_date, name, type, programmes, target, fields, before, after
from {{ ref('stg_list_change') }}
