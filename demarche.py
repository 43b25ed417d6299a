"""Démarche from Python and Jupyter: `import demarche; d = demarche.open(); d.acts("USA", "RUS")`.

Codes of actors are ISO 3166-1 alpha-3 (`USA`) or an organisation's (`EU`); `dim_country` and `dim_organisation` list them. Days are
`datetime.date` or text like "2016-12-29"; both ends of a period are in it. Everything is read from the published copy as it
was when it was opened; open it again after a run to see the new one.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from pipelines import settings
from pipelines.errors import InputError

__all__ = ["Warehouse", "open"]


def open(home: str | Path | None = None) -> Warehouse:
    """The published copy of a home: the one that is named, else DEMARCHE_HOME, else data/home, else the sample's.

    Raises InputError where nothing is published there yet.
    """
    where = settings.looked_at(Path(home) if home else None)
    if not where.published.exists():
        raise InputError(f"nothing is published in {where.home} yet: run ./demarche run first")
    return Warehouse(where.published)


class Warehouse:
    """A published copy, read-only. `connection` is DuckDB's; `frame` asks anything; the others ask what is asked often."""

    def __init__(self, published: Path):
        self.path = published
        self.connection = duckdb.connect(str(published), read_only=True)

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Démarche's published copy {self.path}>"

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def frame(self, sql: str, parameters: list | dict | None = None) -> pd.DataFrame:
        """The result of one query: a row a row, a column a column. Parameters stand as `?` or `$name`."""
        return self.connection.execute(sql, parameters).df()

    def acts(
        self,
        source: str | None = None,
        target: str | None = None,
        since: date | str | None = None,
        until: date | str | None = None,
    ) -> pd.DataFrame:
        """Distinct acts, oldest first; what is not named is not limited.

        A row an act, with the columns of `fct_event`: event_id, origin, source, target, type, mode, …, event_date, status,
        count, unit, …, confidence. Proposals and denials are here too: filter by `status`.
        """
        return self.frame(
            "from fct_event where ($source is null or source = $source) and ($target is null or target = $target) "
            "and ($since is null or event_date >= $since::date) and ($until is null or event_date <= $until::date) "
            "order by event_date, event_id",
            {"source": source, "target": target, "since": since, "until": until},
        )

    def relations(self, a: str, b: str, period: str = "monthly") -> pd.DataFrame:
        """The indicators of a pair, in either order; `period` is daily, weekly or monthly.

        A row an indicator of a period and direction: origin, pair, source, target, direction (directed a→b and b→a, or
        pooled), period, indicator, value, lo, hi, n, outlet_count, status. Periods without acts have no row.
        """
        if period not in ("daily", "weekly", "monthly"):
            raise InputError(f"period {period!r}: choose daily, weekly or monthly")
        return self.frame(
            f"from ind_relations_{period} where (source, target) in (($a, $b), ($b, $a)) "
            "order by origin, indicator, direction, source, period",
            {"a": a, "b": b},
        )

    def sanctions(self, target: str | None = None) -> pd.DataFrame:
        """Sanctions acts against a target (all, where none is named), oldest first.

        A row an act: the columns of `fct_sanction` (sanction_id, event_id, origin, sender, target, action, measures and
        designees as arrays, count, unit, instrument, reason, status, announced_date, effective_date), and event_date. What is in force
        on a day is in the table `ind_sanctions_in_force`.
        """
        return self.frame(
            "select sanction.*, act.event_date from fct_sanction as sanction left join fct_event as act using (event_id) "
            "where $target is null or sanction.target = $target order by act.event_date, sanction_id",
            {"target": target},
        )

    def evidence(self, event_id: str) -> pd.DataFrame:
        """The sentences that say an act, oldest report first.

        A row a place in a text: mention_id, status (as that report tells it), reported_at, outlet, title, url, field, sentence, trigger,
        start_char and end_char (the trigger's place in the article's field), confidence.
        """
        return self.frame(
            "select mention_id, mention.status, reported_at, outlet, title, url, field, sentence, trigger, start_char, "
            "end_char, confidence from fct_event_mention as mention join fct_evidence using (mention_id) "
            "left join fct_article using (article_id) where event_id = $event_id "
            "order by reported_at, mention_id, start_char",
            {"event_id": event_id},
        )
