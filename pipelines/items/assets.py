"""Items as Dagster assets: a collection day at a time, or all archives that changed."""

from __future__ import annotations

from datetime import date

import pyarrow.compute as pc
from dagster import AssetExecutionContext, BackfillPolicy, Config, MaterializeResult, asset
from pydantic import Field

from pipelines.items.archive import keep_archive
from pipelines.items.build import archives, build_archive_batches, build_feed_batch
from pipelines.lake import Lake
from pipelines.partitions import batch_of, collection_days
from pipelines.preview import bars, markdown_table
from pipelines.resources import Home
