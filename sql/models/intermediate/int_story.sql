-- Copies of one text across outlets. Two articles are near-identical when they share at least half of their
-- word triples and appear within three days; candidates are found by four minima of hashed triples (MinHash).
-- Each joins the earliest article that it is a copy of, never a copy of a copy: no chains.
with text as (
    select
        article.article_id,
        article.origin,
        coalesce(item.published_at, article.first_seen_at) as seen_at,
        item.outlet,
        list_filter(
            string_split_regex(lower(strip_accents(concat_ws(' ', item.title, item.summary))), '[^\p{L}\p{N}]+'),
            lambda word: word <> ''
        )[:60] as words
    from {{ ref('int_article') }} as article
    join {{ ref('stg_item') }} as item using (item_id)
),

triple as (
    select
        article_id, origin, seen_at, outlet,
        list_distinct(list_transform(
            range(1, greatest(len(words) - 1, 1)), lambda i: hash(words[i], words[i + 1], words[i + 2])
        )) as triples
    from text
    where len(words) >= 8
),

band as (
    select article_id, origin, seen_at, unnest([
        hash(0, list_min(triples)),
        hash(1, list_max(triples)),
        hash(2, list_min(list_transform(triples, lambda t: hash(t, 2)))),
        hash(3, list_min(list_transform(triples, lambda t: hash(t, 3))))
    ]) as band
    from triple
),

pair as (
    select distinct late.article_id, early.article_id as earlier_id, early.seen_at
    from band as late
    join band as early
        on early.band = late.band
        and early.origin = late.origin
        and early.article_id <> late.article_id
        and (early.seen_at, early.article_id) < (late.seen_at, late.article_id)
        and early.seen_at >= late.seen_at - interval 3 days
),

copy as (
    select pair.article_id, arg_min(pair.earlier_id, (pair.seen_at, pair.earlier_id)) as earlier_id
    from pair
    join triple as late on late.article_id = pair.article_id
    join triple as early on early.article_id = pair.earlier_id
    where len(list_intersect(late.triples, early.triples)) * 3.0 >= len(late.triples) + len(early.triples)
    group by pair.article_id
)

select
    text.article_id,
    coalesce(root.earlier_id, copy.earlier_id, text.article_id) as story_id,
    -- Copies of one story are one voice: that of the outlet that had it first.
    lead.outlet as voice
from text
left join copy using (article_id)
left join copy as root on root.article_id = copy.earlier_id
join text as lead on lead.article_id = coalesce(root.earlier_id, copy.earlier_id, text.article_id)
