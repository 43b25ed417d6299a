-- Copies of one text across outlets share a story.
--
-- 1. Candidates: articles of one origin within three days that share at least two rare bigrams. To be quick, only every
--    fourth bigram by its hash is looked at; one that more than 50 articles of those days have is not rare.
--    The very same text is always a candidate.
-- 2. Copies: candidates that share enough of all their bigrams (Jaccard of at least 0.3: two copies, each lightly edited, under
--    two headlines, keep about that).
-- 3. Guard: no copy where names or numbers differ: where the same word stands beside another name or number in either
--    text, and that name or number is nowhere in the other. Names of one state ("Moscow", "Russian") are one name.
-- 4. Each article joins the earliest anchor that it is a copy of, never a copy of a copy. An anchor is an article that is
--    no copy of an earlier one; among those near to copies only, once more.
with text as materialized (
    select
        article.article_id,
        article.origin,
        coalesce(item.published_at, article.first_seen_at) as seen_at,
        item.outlet,
        item.title,
        left(coalesce(nullif(item.summary, ''), item.body, ''), 700) as lead
    from {{ ref('int_article') }} as article
    join {{ ref('stg_item') }} as item using (item_id)
),

worded as (
    select
        article_id, origin, seen_at,
        regexp_extract_all(lower(concat_ws(' ', title, lead)), '[\p{L}\p{N}]+')[:100] as words
    from text
),

bigram as materialized (
    select
        article_id, origin, seen_at,
        epoch(seen_at)::bigint // 259200 as bucket,
        hash(words, origin) as whole,
        list_distinct(list_transform(list_zip(words, words[2:]), lambda two: hash(two))) as bigrams
    from worded
    where len(words) >= 8
),

sampled as materialized (
    select article_id, seen_at, bucket, hash(bigram, origin) as bigram
    from (select article_id, origin, seen_at, bucket, unnest(list_filter(bigrams, lambda b: b % 4 = 0)) as bigram from bigram)
),

-- Each article stands in its own three days and, to be found by later ones, in the next.
shared as materialized (
    select bigram, bucket + later as bucket
    from sampled, (values (0), (1)) as reach (later)
    group by all
    having count(*) between 2 and 50
),

candidate as (
    select late.article_id, early.article_id as earlier_id
    from sampled as late
    semi join shared on shared.bigram = late.bigram and shared.bucket = late.bucket
    join sampled as early
        on early.bigram = late.bigram
        and early.bucket in (late.bucket, late.bucket - 1)
        and (early.seen_at, early.article_id) < (late.seen_at, late.article_id)
        and early.seen_at >= late.seen_at - interval 3 days
    group by all
    having count(*) >= 2
    union
    -- The very same text, of which nothing may be rare.
    select late.article_id, early.article_id
    from bigram as late
    join (
        select whole, bucket, min(seen_at) as seen_at, arg_min(article_id, (seen_at, article_id)) as article_id
        from bigram
        group by whole, bucket
    ) as early
        on early.whole = late.whole
        and early.bucket in (late.bucket, late.bucket - 1)
        and (early.seen_at, early.article_id) < (late.seen_at, late.article_id)
        and early.seen_at >= late.seen_at - interval 3 days
),

near as materialized (
    select candidate.article_id, candidate.earlier_id
    from candidate
    join bigram as late on late.article_id = candidate.article_id
    join bigram as early on early.article_id = candidate.earlier_id
    where len(list_intersect(late.bigrams, early.bigrams)) * 1.3 >= 0.3 * (len(late.bigrams) + len(early.bigrams))
),

token as (
    select article_id, field, tokens, unnest(range(2, len(tokens))) as place
    from (
        select
            article_id,
            unnest(['title', 'lead']) as field,
            unnest(list_transform([title, lead], lambda part: ['.'] || regexp_extract_all(
                part, '[0-9]+(?:[.,][0-9]+)*|[.!?:;"“”«»]|[\p{L}\p{N}]+'
            ) || ['.'])) as tokens
        from text
        semi join (select article_id from near union select earlier_id from near) as near using (article_id)
    )
),

mark as materialized (
    -- Names and numbers with the words beside them. A capital at the beginning of a sentence, or anywhere in a headline,
    -- makes no name of a word; a state's name is one everywhere.
    select
        article_id, field,
        case when number.digits is not null or regexp_matches(token, '^[0-9]') then 'number' else 'name' end as kind,
        coalesce(number.digits, name.code, lowered) as word,
        lower(before) as before,
        lower(after) as after
    from (
        select *, lower(token) as lowered, case when regexp_matches(token, '^\p{Lu}') then lower(token) end as capital
        from (
            select article_id, field, tokens[place] as token, tokens[place - 1] as before, tokens[place + 1] as after
            from token
        )
    )
    left join ({{ number_words() }}) as number on number.word = lowered
    left join {{ ref('stg_name_word') }} as name on name.word = capital
    where number.digits is not null
        or regexp_matches(token, '^[0-9]')
        or name.code is not null
        or (field = 'lead' and capital is not null and not regexp_matches(before, '^[.!?:;"“”«»]')
            and not regexp_matches(lowered, '^(mon|tues|wednes|thurs|fri|satur|sun)day$')
            and lowered not in ('january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september',
                'october', 'november', 'december', 'jan', 'feb', 'mar', 'apr', 'jun', 'jul', 'aug', 'sep', 'sept', 'oct', 'nov', 'dec'))
),

slot as materialized (
    select article_id, beside, list(distinct word) as words
    from (
        select article_id, word, unnest(case
            -- In a headline, which is often written anew, the words on both sides must agree.
            when field = 'title' then [concat_ws('|', 'title', kind, before, after)]
            else list_filter([
                case when regexp_matches(before, '^[\p{L}\p{N}]') then concat_ws('|', 'after', kind, before) end,
                case when regexp_matches(after, '^[\p{L}\p{N}]') then concat_ws('|', 'before', kind, after) end
            ], lambda beside: beside is not null)
        end) as beside
        from mark
    )
    group by all
),

said as materialized (
    select article_id, list(distinct word) as words from mark group by article_id
),

asked as materialized (
    select near.article_id, near.earlier_id, slot.beside, slot.words, hash(near.earlier_id, slot.beside) as key
    from near
    join slot using (article_id)
),

keyed as materialized (
    select *, hash(article_id, beside) as key from slot
),

differing as materialized (
    select late.article_id, late.earlier_id, late.words, early.words as earlier_words
    from asked as late
    join keyed as early using (key)
    where not list_has_any(late.words, early.words)
),

apart as (
    select distinct differing.article_id, differing.earlier_id
    from differing
    join said as late on late.article_id = differing.article_id
    join said as early on early.article_id = differing.earlier_id
    where not (list_has_all(early.words, differing.words) and list_has_all(late.words, differing.earlier_words))
),

copy as materialized (
    select near.article_id, near.earlier_id, early.seen_at
    from near
    anti join apart on apart.article_id = near.article_id and apart.earlier_id = near.earlier_id
    join text as early on early.article_id = near.earlier_id
),

joined as materialized (
    select article_id, arg_min(earlier_id, (seen_at, earlier_id)) as story_id
    from copy
    anti join copy as other on other.article_id = copy.earlier_id
    group by article_id
),

left_over as materialized (
    -- Copies of copies only.
    select copy.*
    from copy
    anti join joined on joined.article_id = copy.article_id
    anti join joined as taken on taken.article_id = copy.earlier_id
),

told as (
    select article_id, story_id from joined
    union all
    select article_id, arg_min(earlier_id, (seen_at, earlier_id))
    from left_over
    anti join left_over as other on other.article_id = left_over.earlier_id
    group by article_id
)

select
    text.article_id,
    coalesce(told.story_id, text.article_id) as story_id,
    -- Copies of one story are one voice: that of the outlet that had it first.
    first_told.outlet as voice
from text
left join told using (article_id)
join text as first_told on first_told.article_id = coalesce(told.story_id, text.article_id)
