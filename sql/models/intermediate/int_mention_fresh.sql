{{ config(materialized='view', by_run=true) }}
-- One act as one article tells it, in its latest revision, with what is wrong with it, if anything: of the articles that
-- changed, or of all.
with told as (
    select
        article.article_id,
        article.origin,
        story.voice,
        coalesce(item.published_at, article.first_seen_at) as reported_at,
        event.* exclude (batch, source, target, is_reciprocal),
        event.batch,
        coalesce(event.is_reciprocal, false) as is_reciprocal,
        -- Both sides of a reciprocal act do the same: the order says nothing, so it is always the same.
        case when event.is_reciprocal then least(event.source, event.target) else event.source end as source,
        case when event.is_reciprocal then greatest(event.source, event.target) else event.target end as target
    from {{ ref('int_article') }} as article
    join {{ ref('stg_item') }} as item using (item_id)
    join {{ ref('int_story') }} as story using (article_id)
    join {{ ref('stg_event') }} as event
        on event.batch = article.batch and event.coding_id = article.coding_id
    {% if is_partial() %}
    semi join {{ ref('int_changed_article') }} as changed on changed.article_id = article.article_id
    {% endif %}
    union all by name
    -- GDELT tells acts without a text: no evidence, no status but that it happened, no confidence but that of any voice.
    select
        article_id, 'gdelt' as origin, outlet as voice, added_date::timestamp as reported_at,
        batch, null as coding_id,
        row_number() over (partition by article_id order by gdelt_id)::integer as event_ordinal,
        type, mode, cameo, 'actual' as status, event_date, 'day' as date_precision,
        case when event_date = added_date then 'publication' else 'relative' end as date_basis,
        null as count, null as unit, null as response_source, null as response_target, null as response_type,
        null as response_ordinal, 0.5 as confidence, 'gdelt' as coder_version, is_reciprocal,
        case when is_reciprocal then least(source, target) else source end as source,
        case when is_reciprocal then greatest(source, target) else target end as target
    from {{ ref('stg_gdelt_mention') }}
    {% if is_partial() %}
    semi join {{ ref('int_changed_article') }} as changed on changed.article_id = stg_gdelt_mention.article_id
    {% endif %}
),

named as (
    select *,
        md5(concat_ws('|', article_id, source, target, type, coalesce(mode, ''),
            row_number() over (partition by article_id, source, target, type, mode order by event_ordinal))) as mention_id
    from told
),

actor as (
    select acts_as as code, min(valid_from) filter (kind = 'state') as valid_from
    from {{ ref('stg_actor') }}
    where kind in ('state', 'organisation', 'group')
    group by acts_as
)

select
    -- Mention, article and pair as one integer each: what the models join by.
    hash(told.mention_id) as mention,
    hash(told.article_id) as article,
    {{ pair_key('told') }} as pair_key,
    told.*,
    hash(told) as content,
    hash(told.origin, least(told.source, told.target), greatest(told.source, told.target), told.type) as block,
    coalesce(told.event_date, told.reported_at::date) as day,
    {{ tile('block', 'day') }} as tile,
    case
        when source_actor.code is null then 'unknown_source'
        when target_actor.code is null then 'unknown_target'
        when told.source = told.target then 'same_source_and_target'
        when event_type.type is null then 'unknown_type'
        when cameo.cameo is null then 'unknown_cameo'
        when told.event_date < source_actor.valid_from or told.event_date < target_actor.valid_from then 'before_state_existed'
    end as problem,
    cameo.goldstein
from named as told
left join actor as source_actor on source_actor.code = told.source
left join actor as target_actor on target_actor.code = told.target
left join (select distinct type from {{ ref('stg_event_type') }}) as event_type on event_type.type = told.type
left join {{ ref('stg_cameo') }} as cameo on cameo.cameo = told.cameo
