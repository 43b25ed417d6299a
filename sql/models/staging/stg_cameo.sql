select code as cameo, label, root, quad_class::tinyint as quad_class, goldstein::decimal(4, 1) as goldstein
from {{ source('reference', 'cameo') }}
