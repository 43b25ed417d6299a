-- The latest version of each entry, and how many there were.
select
    source, entry_id,
    arg_max({'sender': sender, 'list': list, 'name': name, 'aliases': aliases, 'weak_aliases': weak_aliases, 'type': type,
        'programmes': programmes, 'legal_basis': legal_basis, 'countries': countries, 'birth_dates': birth_dates,
        'title': title, 'remarks': remarks, 'target': target, 'measures': measures}, (seen_at, batch)) as latest,
    min(listed_date) as listed_date,
    min(seen_at) as first_seen_at,
    min(batch) as first_batch,
    count(*)::integer as version_count
from {{ ref('stg_list_entry') }}
group by source, entry_id
