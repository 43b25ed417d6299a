"""What assets share in a run: the settings, as a Dagster resource."""

from __future__ import annotations

from pathlib import Path

from dagster import ConfigurableResource

from pipelines import settings
from pipelines.feeds.documents import Documents
from pipelines.feeds.feedlist import Feed, read_feeds
from pipelines.lake import Lake


class Home(ConfigurableResource):
    """The home folder and the feed list of this process; empty values are taken from the environment."""

    home: str = ""
    feeds_file: str = ""

    @property
    def settings(self) -> settings.Settings:
        found = settings.load(Path(self.home) if self.home else None)
        return settings.replace(found, feeds_file=Path(self.feeds_file)) if self.feeds_file else found

    @property
    def documents(self) -> Documents:
        return Documents(self.settings.documents)

    @property
    def lake(self) -> Lake:
        return Lake(self.settings.lake)

    def feeds(self) -> list[Feed]:
        return read_feeds(self.settings.feeds_file)
