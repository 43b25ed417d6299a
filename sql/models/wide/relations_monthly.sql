-- A month of a pair, with the bounded level (after Yan Xuetong and Zhou Fangyin, from memory): a month's base is
-- I0 = clip(g / 4, -9, 9); the nearer the level is to the end it moves to, the less it moves:
-- I = (9 - P) / 9 * I0 upwards, (9 + P) / 9 * I0 downwards. Both are P' = P * (1 - |I0| / 9) + I0.
{{ relations_by('month') }},

placed as (
    select *,
        greatest(least(g::double / 4, 9), -9) as base,
        row_number() over (partition by origin, direction, source, target order by period) as place
    from sums
),

leveled as (
    with recursive level as (
        select origin, direction, source, target, place, base as level
        from placed
        where place = 1
        union all
        select placed.origin, placed.direction, placed.source, placed.target, placed.place,
            level.level * (1 - abs(placed.base) / 9) + placed.base
        from level
        join placed
            on placed.origin = level.origin and placed.direction = level.direction
            and placed.source = level.source and placed.target = level.target
            and placed.place = level.place + 1
    )
    select * from level
)

select placed.* exclude (base, place), voices.outlet_count, round(leveled.level, 9) as level
from placed
join leveled using (origin, direction, source, target, place)
left join voices using (origin, direction, source, target, period)
