"""New alarms of the published copy, told to a file or a webhook: each at least once, and once where nothing fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import httpx

BATCH = 50  # alarms in one webhook call: an archive of years may hold thousands
WAIT_SECONDS = 10

ALARMS = """
    with alarm as (
        select *, row_number() over (order by date, origin, direction, source, target) as place from ind_alert
    ),

    cause as (select place, unnest(event_ids) as event_id from alarm),

    said as (
        select event_id, list(distinct sentence order by sentence) as sentences
        from (select distinct event_id from cause)
        join fct_event_mention using (event_id)
        join fct_evidence using (mention_id)
        group by event_id
    ),

    act as (
        select
            place,
            list({
                event_id: event_id, source: source, target: target, type: type, status: status, sentences: sentences
            } order by event_id) as acts
        from cause
        join fct_event using (event_id)
        left join said using (event_id)
        group by place
    )

    select
        origin, direction, source, target, date, z, cusum, conflict_count, outlet_count, coalesce(acts, []) as acts
    from alarm
    left join act using (place)
    order by place
"""


def alarms(published: Path) -> list[dict[str, Any]]:
    """Every alarm of a published copy, oldest first, with its acts and their sentences."""
    with duckdb.connect(str(published), read_only=True) as connection:
        found = connection.execute(ALARMS)
        head = [column[0] for column in found.description]
        return [dict(zip(head, row, strict=True)) for row in found.fetchall()]


def identity(alarm: Mapping[str, Any]) -> str:
    """What makes an alarm the same one in a later copy: its pair and day, not its figures."""
    return "|".join(str(alarm[name]) for name in ("origin", "direction", "source", "target", "date"))


def message(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of an alarm: a line for people in `text`, and pair, date, z, acts and sentences for programs."""
    day = alarm["date"].isoformat() if isinstance(alarm["date"], date) else alarm["date"]
    arrow = "and" if alarm["direction"] == "pooled" else "→"
    return {
        "id": identity(alarm),
        "text": (
            f"{alarm['source']} {arrow} {alarm['target']}, {day}: {alarm['conflict_count']} conflict acts "
            f"reported by {alarm['outlet_count']} outlets, z = {alarm['z']:.1f}"
        ),
        "origin": alarm["origin"],
        "direction": alarm["direction"],
        "pair": [alarm["source"], alarm["target"]],
        "date": day,
        "z": alarm["z"],
        "cusum": alarm["cusum"],
        "acts": [{**act, "sentences": act["sentences"] or []} for act in alarm["acts"]],
    }


def append_to(file: Path, messages: Iterable[Mapping[str, Any]]) -> None:
    """Add messages to a file of JSON Lines, which is made where it is not there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in messages)


def post_to(address: str, messages: list[Mapping[str, Any]]) -> None:
    """Post messages as JSON, `{"text": …, "alerts": […]}`; an answer other than 2xx is an error."""
    body = {"text": "\n".join(each["text"] for each in messages), "alerts": messages}
    httpx.post(address, json=body, timeout=WAIT_SECONDS).raise_for_status()


def tell(
    found: list[Mapping[str, Any]], told: set[str], send: Callable[[list[dict[str, Any]]], None]
) -> tuple[set[str], str]:
    """Send the alarms that were not told, in batches; what is told now, and why the rest is not (empty: all is).

    A batch counts as told only after it was sent, so that a failing receiver gets it again the next time.
    """
    new = [alarm for alarm in found if identity(alarm) not in told]
    for start in range(0, len(new), BATCH):
        batch = new[start : start + BATCH]
        try:
            send([message(alarm) for alarm in batch])
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return told, f"{type(error).__name__}: {error}; {len(new) - start} alarms wait for the next tick"
        told = told | {identity(alarm) for alarm in batch}
    return told, ""
