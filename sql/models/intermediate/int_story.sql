-- Copies of one text across outlets share a story.
--
-- 1. Candidates: articles of one origin within three days that share at least two rare runs of three words. Of each
--    article only some twelve runs are looked at, those with the lowest hashes; one that more than 100 articles of
--    those days have is not rare. The very same text is always a candidate.
-- 2. Copies: candidates that share enough of all their bigrams (Jaccard of at least 0.3: two copies, each lightly
--    edited, under two headlines, keep about that).
-- 3. Guard: no copy where names or numbers differ: where the same word stands beside another name or number in either
--    text, and that name or number is nowhere in the other. Names of one state ("Moscow", "Russian") are one name.
-- 4. Each article joins the earliest anchor that it is a copy of, never a copy of a copy. An anchor is an article that
--    is no copy of an earlier one; among those near to copies only, once more.
--
-- Articles go by their place in time (n), words by their hashes. Joins are of one integer (a hash of what must agree):
-- that is what makes this quick, and leaves the engine no wrong order to choose.
with article as materialized (
    select
        row_number() over (order by seen_at, article_id) as n,
        article_id, item_id, origin, outlet, seen_at,
        epoch(seen_at)::bigint // 259200 as bucket
    from (
        select
            article.article_id, article.origin, item.item_id, item.outlet,
            coalesce(item.published_at, article.first_seen_at) as seen_at
        from {{ ref('int_article') }} as article
        join {{ ref('stg_item') }} as item using (item_id)
    )
),

text as (
    select
        article.n, article.bucket, article.origin, item.title,
        left(coalesce(nullif(item.summary, ''), item.body, ''), 700) as lead
    from article
    join {{ ref('stg_item') }} as item using (item_id)
),

worded as materialized (
    select n, bucket, origin, {{ word_hashes("concat_ws(' ', title, lead)") }}[:100] as words from text
),

sampled as materialized (
    select n, bucket, hash(run, origin) as run
    from (
        select n, bucket, origin, highest, hash(first, second, third) as run
        from (
            select
                n, bucket, origin, 12 * 4294967296 // len(words) as highest,
                unnest(words) as first, unnest(words[2:]) as second, unnest(words[3:]) as third
            from worded
            where len(words) >= 8
        )
        where third is not null
    )
    where (run >> 32)::bigint < highest
),

-- Each article stands in its own three days and, to be found by later ones, in the next.
placed as materialized (
    select n, later = 0 as is_own, hash(run, bucket + later) as key
    from sampled
    semi join (select run from sampled group by run having count(*) > 1) as again using (run),
        (values (0), (1)) as reach (later)
),

rare as materialized (
    select n, is_own, key
    from placed
    semi join (select key from placed group by key having count(*) between 2 and 100) as shared using (key)
),

same as materialized (
    select n, bucket, hash(words, origin) as whole from worded where len(words) >= 8
),

first_told as (
    select whole, bucket, min(n) as n from same group by all
),

candidate as materialized (
    select pair.n, pair.earlier
    from (
        select late.n, early.n as earlier
        from rare as late
        join rare as early on early.key = late.key and early.n < late.n
        where late.is_own
        group by all
        having count(*) >= 2
        union
        -- The very same text, of which nothing may be rare.
        select same.n, first_told.n
        from same
        join first_told
            on first_told.whole = same.whole
            and first_told.bucket in (same.bucket, same.bucket - 1)
            and first_told.n < same.n
    ) as pair
    join article as late on late.n = pair.n
    join article as early on early.n = pair.earlier
    where early.seen_at >= late.seen_at - interval 3 days
),

concerned as materialized (
    select n from candidate union select earlier from candidate
),

bigram as materialized (
    select distinct n, hash(first, second) as bigram
    from (select n, unnest(words) as first, unnest(words[2:]) as second from worded semi join concerned using (n))
    where second is not null
),

size as (
    select n, count(*) as size from bigram group by n
),

near as materialized (
    select shared.n, shared.earlier
    from (
        select asked.n, asked.earlier, count(*) as bigrams
        from (
            select candidate.n, candidate.earlier, hash(candidate.earlier, bigram.bigram) as key
            from candidate
            join bigram on bigram.n = candidate.n
        ) as asked
        join (select hash(n, bigram) as key from bigram) as early using (key)
        group by all
    ) as shared
    join size as late on late.n = shared.n
    join size as early on early.n = shared.earlier
    where case when least(late.size, early.size) < 12
            then shared.bigrams >= 0.8 * least(late.size, early.size)
            else shared.bigrams * 1.3 >= 0.3 * (late.size + early.size)
        end
),

token as (
    -- Each token between its neighbours.
    select n, field, unnest(tokens) as before, unnest(tokens[2:]) as token, unnest(tokens[3:]) as after
    from (
        select
            n,
            unnest(['title', 'lead']) as field,
            unnest(list_transform([title, lead], lambda part: ['.'] || regexp_extract_all(
                part, '[0-9]+(?:[.,][0-9]+)*|[.!?:;"“”«»]|[\p{L}\p{N}]+'
            ) || ['.'])) as tokens
        from text
        semi join (select n from near union select earlier from near) as near using (n)
    )
),

mark as materialized (
    -- Names and numbers with the words beside them. A capital at the beginning of a sentence, or anywhere in a headline,
    -- makes no name of a word; a state's name is one everywhere.
    select
        n, field,
        case when number.digits is not null or is_number then 'number' else 'name' end as kind,
        hash(coalesce(number.digits, name.code, lowered)) as word,
        lower(before) as before,
        lower(after) as after
    from (
        select
            *, lower(token) as lowered,
            left(token, 1) between '0' and '9' as is_number,
            case when left(token, 1) <> lower(left(token, 1)) then lowered end as capital
        from token
        where after is not null
    )
    left join ({{ number_words() }}) as number on number.word = lowered
    left join {{ ref('stg_name_word') }} as name on name.word = capital
    where is_number
        or number.digits is not null
        or name.code is not null
        or (field = 'lead' and capital is not null and not regexp_matches(before, '^[.!?:;"“”«»]')
            and lowered not in (select word from ({{ calendar_words() }})))
),

slot as materialized (
    -- A place for a name or a number, and what stands in it: the word before it, or the word after it.
    -- In a headline, which is often written anew, the words on both sides must agree.
    select n, word, unnest(
        case when field = 'title' then [hash('title', kind, before, after)]
        else list_filter([
            case when regexp_matches(before, '^[\p{L}\p{N}]') then hash('after', kind, before) end,
            case when regexp_matches(after, '^[\p{L}\p{N}]') then hash('before', kind, after) end
        ], lambda place: place is not null) end
    ) as place
    from mark
),

filled as materialized (
    select hash(n, place) as key, list(distinct word) as words from slot group by n, place
),

said as materialized (
    select n, list(distinct word) as words from mark group by n
),

-- What one of two says and the other does not.
unsaid as materialized (
    select
        n, earlier, other, teller,
        unnest(list_filter(words, lambda word: not list_contains(others, word))) as word
    from (
        select
            near.n, near.earlier,
            unnest([near.n, near.earlier]) as teller, unnest([near.earlier, near.n]) as other,
            unnest([late.words, early.words]) as words, unnest([early.words, late.words]) as others
        from near
        join said as late on late.n = near.n
        join said as early on early.n = near.earlier
    )
),

-- The places where it stands, and what stands there in the other text.
contested as materialized (
    select unsaid.n, unsaid.earlier, unsaid.teller, slot.place, hash(unsaid.teller, slot.place) as mine, hash(unsaid.other, slot.place) as theirs
    from (select *, hash(teller, word) as key from unsaid) as unsaid
    join (select place, hash(n, word) as key from slot) as slot using (key)
),

apart as (
    select distinct contested.n, contested.earlier
    from contested
    join filled as mine on mine.key = contested.mine
    join filled as theirs on theirs.key = contested.theirs
    where not list_has_any(mine.words, theirs.words)
    union
    select n, earlier from contested group by n, earlier, place having count(distinct teller) = 2
),

copy as materialized (
    select n, earlier from near
    anti join apart using (n, earlier)
),

joined as materialized (
    select n, min(earlier) as anchor
    from copy
    anti join copy as other on other.n = copy.earlier
    group by n
),

left_over as materialized (
    -- Copies of copies only.
    select copy.n, copy.earlier
    from copy
    anti join joined on joined.n = copy.n
    anti join joined as taken on taken.n = copy.earlier
),

told as (
    select n, anchor from joined
    union all
    select n, min(earlier)
    from left_over
    anti join left_over as other on other.n = left_over.earlier
    group by n
)

select
    article.article_id,
    anchor.article_id as story_id,
    -- Copies of one story are one voice: that of the outlet that had it first.
    anchor.outlet as voice
from article
left join told using (n)
join article as anchor on anchor.n = coalesce(told.anchor, article.n)
