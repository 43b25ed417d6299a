{# Number words and their digits, as a table (word, digits): "nine people" and "9 people" say the same. #}
{% macro number_words() -%}
    {%- set words = 'two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split() -%}
    select * from (values
        {%- for word in words %} ('{{ word }}', '{{ loop.index + 1 }}'),{% endfor %}
        {%- for word in 'thirty forty fifty sixty seventy eighty ninety'.split() %} ('{{ word }}', '{{ loop.index * 10 + 20 }}'),{% endfor %}
        ('hundred', 'hundred'), ('thousand', 'thousand'), ('million', 'million'), ('billion', 'billion')
    ) as number (word, digits)
{%- endmacro %}
