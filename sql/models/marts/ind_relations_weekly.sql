{{ config(materialized='view') }}
{{ common_indicators('relations_weekly') }}
union all
{{ balance_indicators('relations_weekly') }}
