-- Single words by which texts call a state, and the state: "Moscow" and "Russian" are RUS. In lower case.
with word as (
    select
        alpha3,
        lower(unnest(string_split(concat_ws('|', name, other_names, adjectives, demonyms, capital), '|'))) as word
    from {{ source('reference', 'countries') }}
    where coalesce(valid_to, '') = ''
)

select word, min(alpha3) as code from word where regexp_full_match(word, '[\p{L}]{2,}') group by word
