"""What a run found, in a screen that a newcomer understands."""

from __future__ import annotations

from pathlib import Path

import duckdb
from rich.console import Console

from pipelines import settings
from pipelines.plural import plural
from pipelines.settings import Settings

COUNTS = """
    select
        (select count(distinct feed_id) from fct_feed_fetch),
        (select count(distinct feed_id) from fct_feed_fetch where outcome like 'error:%'
            and fetched_at = (select max(fetched_at) from fct_feed_fetch as last where last.feed_id = fct_feed_fetch.feed_id)),
        (select count(*) from fct_article),
        (select count(*) from fct_event_mention),
        (select count(*) from fct_event),
        (select count(*) from fct_sanction),
        (select count(*) from fct_quarantine where reason <> 'duplicate'),
        (select count(*) from fct_quarantine where reason = 'duplicate')
"""

# The months in which a pair's relations moved most: the sum of Goldstein values over its distinct acts.
MOVED = """
    select source, target, period, value, n
    from ind_relations_monthly
    where indicator = 'goldstein_sum' and direction = 'pooled' and n > 0
        and origin in ('news', 'archive')
    order by abs(value) desc, period, source, target
    limit 5
"""

# The act that many outlets report and that weighs most, with the sentence that says it.
TOP_ACT = """
    select event.source, event.target, event.type, event.mode, event.count, event.unit, event.event_date,
        event.outlet_count, evidence.sentence, article.outlet
    from fct_event as event
    join fct_event_mention as mention using (event_id)
    join fct_evidence as evidence using (mention_id)
    join fct_article as article using (article_id)
    where event.status = 'actual'
    order by abs(event.severity) * event.outlet_count desc nulls last, event.event_id,
        mention.confidence desc, length(evidence.sentence) desc, mention_id
    limit 1
"""


def told(copy: Path) -> list[str]:
    """What a published copy holds, in lines: counts (two lines), the pairs that moved most, one act's sentence."""
    with duckdb.connect(str(copy), read_only=True) as published:
        feeds, failing, articles, mentions, events, sanctions, aside, repeated = published.execute(
            COUNTS
        ).fetchone()
        moved = published.execute(MOVED).fetchall()
        top = published.execute(TOP_ACT).fetchone()

    lines = [
        f"{plural(feeds, 'feed')}, {plural(articles, 'article')}"
        + (f" ({aside} items set aside, each with its reason in fct_quarantine)" if aside else "")
        + (f", {repeated} repeated ones counted once" if repeated else "")
        + (f"; {plural(failing, 'feed')} failed" if failing else ""),
        f"{plural(events, 'distinct act')} in {plural(mentions, 'report')}, {plural(sanctions, 'sanctions record')}",
    ]
    if moved:
        lines.append("\nThe pairs that moved most in a month (sum of Goldstein values, − is conflict):")
    for source, target, period, value, acts in moved:
        lines.append(f"  {source}–{target}  {period:%Y-%m}  {value:+6.1f}  in {plural(acts, 'act')}")
    if top:
        source, target, type_, mode, count, unit, day, outlets, sentence, outlet = top
        what = f"{type_}/{mode}" if mode else type_
        hit = f", {count} {unit or ''}".rstrip() if count else ""
        when = f", {day}" if day else ""
        lines.append(
            f"\nThe act that weighs most: {source} → {target} {what}{hit}{when} ({plural(outlets, 'outlet')})"
        )
        lines.append(f"  “{sentence}” — {outlet or ''}")
    return lines


def show(where: Settings, out: Console) -> None:
    """Print what the published copy holds, and what to try next."""
    out.print()
    for number, line in enumerate(told(where.published)):
        out.print(line, highlight=False, markup=False, style="bold" if number < 2 else None)
    option = _home_option(where)
    out.print("\nWhere to look next:")
    for command in (
        f"./demarche query{option} \"select source, target, count, event_date, status from fct_event where mode = 'expel'\"",
        f"./demarche feeds{option}",
        f"./demarche ui{option}",
    ):
        out.print(f"  {command}", highlight=False, markup=False)
    out.print(
        f"\nThe report, for any browser (no server, no network): {where.report / 'index.html'}",
        highlight=False,
    )
    out.print(f"The published copy, for any DuckDB reader: {where.published}", highlight=False)


def _home_option(where: Settings) -> str:
    """How the other commands are told about this home."""
    if where.home == settings.DATA / "home":
        return ""
    return " --sample" if where.home == settings.DATA / "home-sample" else f" --home {where.home}"
