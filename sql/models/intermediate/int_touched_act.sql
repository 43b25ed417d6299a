-- Acts of mentions of articles that changed, or that belong to another act now, as they were and as they are: all their mentions
-- as they are, and the days of those that they had; the acts' days are among all these. What an analyst corrected is few, and
-- may hang together across pairs: always all of it.
{% if is_partial() %}
with changed as materialized (
    select mention, tile from {{ change_of('int_act_mention') }}
    union
    select mention, {{ tile('block', 'day') }} as tile from {{ change_of('int_mention') }}
    union
    select mention, tile from {{ ref('int_act_mention') }} where mention in (
        select hash(mention_id) from {{ ref('stg_correction') }}
        union all
        select hash(to_mention_id) from {{ ref('stg_correction') }}
    )
),

told as materialized (
    select * from {{ ref('int_act_mention') }} where {{ among('tile, mention', 'from changed') }}
),

touched as materialized (
    select act from {{ change_of('int_act_mention') }}
    union
    select act from ({{ corrected('told') }})
    union
    -- The act that a correction split off, also where its mention is gone.
    select hash(correction_id) from {{ ref('stg_correction') }} where action = 'split'
),

-- Their mentions, and those of acts that a correction makes others.
theirs as materialized (
    select * from {{ ref('int_act_mention') }}
    where act in (
        select act
        from (select act from touched union select act from {{ ref('int_correction') }} union select act from {{ ref('int_merge') }})
        where hash(act) >= 0
    )
),

link as materialized (
    select * from ({{ corrected('theirs') }}) where act in (select act from touched)
)

select link.act, link.is_dropped, told.*
from link
join (
    select * from {{ ref('int_mention') }} where {{ among('tile, mention', 'from link') }}
) as told using (mention)
union all by name
select act, day from {{ change_of('int_act_mention') }}
union all by name
select act from touched
union all by name
-- An act that the analyst dated anew lies there.
select try_cast(value as date) as day from {{ ref('stg_correction') }} where field = 'event_date'
{% else %}
select mention as act, false as is_dropped, * from {{ ref('int_mention') }} where false
{% endif %}
