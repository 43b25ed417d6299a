{{ config(materialized='view') }}
-- The acts that count, one row for each direction in which they count: a reciprocal act once each way, and every act
-- once pooled. Only what happened and has a day.
{{ relation_acts(ref('int_event')) }}
