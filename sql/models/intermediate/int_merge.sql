-- Into which act the analyst merged another. What is merged into an act that is merged itself goes all the way; acts merged in
-- a circle go one step short of it.
with recursive merge_of as (
    select act, arg_max(to_act, place) as to_act
    from {{ ref('int_correction') }}
    where action = 'merge' and to_act is not null and to_act <> act
    group by act
),

merging as (
    select act, to_act, [act, to_act] as way from merge_of
    union all
    select merging.act, further.to_act, list_append(merging.way, further.to_act)
    from merging
    join merge_of as further on further.act = merging.to_act
    where not list_contains(merging.way, further.to_act)
)

select act, arg_max(to_act, len(way)) as to_act from merging group by act
