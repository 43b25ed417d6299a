-- One row an act and independent voice: copies of one story are one outlet, the one that had it first.
select
    link.act,
    mention.voice,
    max(mention.confidence) as confidence,
    bool_or(mention.status = 'actual') as says_actual,
    bool_or(mention.status = 'denied') as says_denied
from {{ ref('int_event_mention') }} as link
join {{ ref('int_mention') }} as mention using (mention_id)
where not link.is_dropped
group by all
