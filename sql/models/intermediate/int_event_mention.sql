{{ config(materialized='view') }}
-- Which act a mention belongs to after the analyst's corrections.
-- Corrections name an act by any of its mentions, so that they hold whatever is joined later.
{{ corrected(ref('int_act_mention')) }}
