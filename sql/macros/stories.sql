{# The words of a text in lower case, without their punctuation, as a list of hashes. #}
{% macro word_hashes(text) -%}
    list_transform(
        string_split(replace(regexp_replace(lower({{ text }}), '[[:punct:]“”‘’«»–—]+', '', 'g'), chr(10), ' '), ' '),
        lambda word: hash(word)
    )
{%- endmacro %}

{# Number words and their digits, as a table (word, digits): "nine people" and "9 people" say the same. #}
{% macro number_words() -%}
    {%- set words = 'two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split() -%}
    select * from (values
        {%- for word in words %} ('{{ word }}', '{{ loop.index + 1 }}'),{% endfor %}
        {%- for word in 'thirty forty fifty sixty seventy eighty ninety'.split() %} ('{{ word }}', '{{ loop.index * 10 + 20 }}'),{% endfor %}
        ('hundred', 'hundred'), ('thousand', 'thousand'), ('million', 'million'), ('billion', 'billion')
    ) as number (word, digits)
{%- endmacro %}

{# Words with a capital that name no one: days and months. #}
{% macro calendar_words() -%}
    {%- set words = 'monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec'.split() -%}
    select unnest(['{{ words | join("', '") }}']) as word
{%- endmacro %}
