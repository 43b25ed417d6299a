"""Builds lakes for the warehouse's tests: articles with their acts, written in a few words each.

`STORY` is the exchange of December 2016 as the sample tells it, in our own words, with what makes it hard: a wire copy at
three outlets, a proposal that is declined, an edited item, an answer that came 211 days later.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipelines import tables
from pipelines.lake import Lake

CAMEO = {
    ("SANCTION", "expel"): "161",
    ("SANCTION", "close"): "161",
    ("SANCTION", "sanction"): "163",
    ("ACCUSE", "disapprove"): "111",
    ("CONSULT", None): "040",
    ("AGREE", None): "036",
    ("ASSAULT", "strike"): "190",
}


def act(source, target, type, mode=None, day=None, **more) -> dict:
    """One coded act. `more`: status, count, unit, basis, reciprocal, response (source, target, type, ordinal), cameo,
    confidence, sanction (a dict)."""
    return {"source": source, "target": target, "type": type, "mode": mode, "day": day, **more}


def article(outlet, when, title, *acts, summary="", **more) -> dict:
    """One delivered item. `when`: ISO time of publication. `more`: guid, url, fetched, published (None: unknown),
    feed, origin, entities (country codes), outcome."""
    return {"outlet": outlet, "when": when, "title": title, "acts": acts, "summary": summary, **more}


def write(lake: Lake, articles: list[dict], batch: str | None = None) -> set[str]:
    """Write the articles as batches of the lake (`feeds-<day>`, or the one named); returns the batches' names."""
    batches = defaultdict(list)
    for one in articles:
        batches[batch or f"feeds-{moment(one.get('fetched', one['when'])):%Y-%m-%d}"].append(one)
    for name, content in batches.items():
        rows = defaultdict(list)
        seen = set()
        for position, one in enumerate(content):
            _add(rows, one, position, seen)
        for table in tables.ALL:
            made = [{**row, "batch": name} for row in rows[table.name]]
            lake.write(table.name, name, table.from_rows(made), version="test")
    return set(batches)


def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def digest(*parts) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def _add(rows, one, position, seen) -> None:
    published = moment(one["when"]) if one.get("published", True) else None
    fetched = moment(one["fetched"]) if "fetched" in one else moment(one["when"]) + timedelta(minutes=30)
    feed = one.get("feed", one["outlet"].lower().replace(" ", "-"))
    document = digest(feed, fetched)
    content = digest(one["title"], one["summary"])
    reference = (published or fetched).date()
    coding = digest(content, reference, published is None)
    guid = one.get("guid", digest(feed, one["title"])[:12])
    origin = one.get("origin", "news")
    rows["items"].append(
        {
            "item_id": digest(document, position, one["title"]),
            "origin": origin,
            "document_id": document,
            "position": position,
            "feed_id": feed,
            "outlet": one["outlet"],
            "guid": guid,
            "is_guid_unique": True,
            "url": one.get("url", f"https://{feed}.example/{guid}"),
            "title": one["title"],
            "summary": one["summary"],
            "body": "",
            "lang": "en",
            "lang_basis": "feed",
            "published_at": published,
            "published_flag": None if published else "missing",
            "fetched_at": fetched,
            "content_hash": content,
            "coding_id": coding,
        }
    )
    if document not in seen:
        seen.add(document)
        rows["fetches"].append(
            {
                "fetch_id": digest("fetch", document)[:16],
                "feed_id": feed,
                "origin": origin,
                "url": f"https://{feed}.example/rss",
                "fetched_at": fetched,
                "outcome": "ok",
                "http_status": 200,
                "item_count": 1,
                "document_id": document,
            }
        )
    if coding in seen:
        return
    seen.add(coding)
    rows["codings"].append(
        {
            "coding_id": coding,
            "outcome": one.get("outcome", "coded"),
            "reference_date": reference,
            "reference_basis": "publication" if published else "fetch",
            "sentence_count": 2,
            "coder_version": "test",
        }
    )
    for ordinal, country in enumerate(one.get("entities", ())):
        rows["entities"].append(
            {
                "coding_id": coding,
                "ordinal": ordinal,
                "name": country,
                "actor_id": country,
                "type": "state",
                "country": country,
                "field": "title",
                "start_char": 0,
                "end_char": 3,
            }
        )
    for ordinal, told in enumerate(one["acts"]):
        day = date.fromisoformat(told["day"]) if told["day"] else None
        answered = told.get("response") or (None, None, None, None)
        rows["events"].append(
            {
                "coding_id": coding,
                "event_ordinal": ordinal,
                "source": told["source"],
                "target": told["target"],
                "type": told["type"],
                "mode": told["mode"],
                "cameo": told.get("cameo") or CAMEO[told["type"], told["mode"]],
                "status": told.get("status", "actual"),
                "event_date": day,
                "date_precision": told.get("precision", "day" if day else "none"),
                "date_basis": told.get("basis", "stated") if day else None,
                "count": told.get("count"),
                "unit": told.get("unit"),
                "is_reciprocal": told.get("reciprocal", False),
                "response_source": answered[0],
                "response_target": answered[1],
                "response_type": answered[2],
                "response_ordinal": answered[3],
                "confidence": told.get("confidence", 0.8),
                "coder_version": "test",
            }
        )
        rows["evidence"].append(
            {
                "coding_id": coding,
                "event_ordinal": ordinal,
                "evidence_ordinal": 0,
                "field": "title",
                "sentence": one["title"],
                "trigger": one["title"][:6],
                "start_char": 0,
                "end_char": 6,
            }
        )
        if record := told.get("sanction"):
            rows["sanctions"].append(
                {
                    "coding_id": coding,
                    "event_ordinal": ordinal,
                    "sender": told["source"],
                    "target": told["target"],
                    "action": "impose",
                    "measures": ["unspecified"],
                    "designees": [],
                    "count": told.get("count"),
                    "unit": told.get("unit"),
                    "status": told.get("status", "actual"),
                    "announced_date": day,
                    **record,
                }
            )


EXPULSION = {"measures": ["diplomatic_expulsion"], "reason": "election_interference"}
EXPEL_35 = act(
    "USA", "RUS", "SANCTION", "expel", "2016-12-29", count=35, unit="diplomats", sanction=EXPULSION
)
COMPOUNDS = act("USA", "RUS", "SANCTION", "close", "2016-12-29", count=2, unit="compounds")
SANCTIONS = act(
    "USA",
    "RUS",
    "SANCTION",
    "sanction",
    "2016-12-29",
    sanction={
        "measures": ["asset_freeze"],
        "designees": ["FSB", "GRU"],
        "instrument": "Executive Order 13757",
        "reason": "cyber",
    },
)
PROPOSED = act(
    "RUS",
    "USA",
    "SANCTION",
    "expel",
    "2016-12-30",
    count=35,
    unit="diplomats",
    status="planned",
    response=("USA", "RUS", "SANCTION", None),
    sanction=EXPULSION | {"reason": "retaliation"},
)
DECLINED = act("RUS", "USA", "SANCTION", "expel", None, count=35, unit="diplomats", status="denied")

WIRE = (
    "Obama orders 35 Russian diplomats out and sanctions two intelligence services over the election hacking"
)
STORY = [
    article("Meridian Wire", "2016-12-27T09:00:00", "Moscow and Washington discuss Syria by telephone today",
            act("RUS", "USA", "CONSULT", None, "2016-12-27", basis="publication")),
    article("Meridian Wire", "2016-12-28T10:00:00", "Washington says it intends to meet the Russians on arms in January",
            act("USA", "RUS", "AGREE", None, "2016-12-28", basis="publication")),
    article("Meridian Wire", "2016-12-29T19:10:00", WIRE, EXPEL_35, SANCTIONS, summary="The two compounds stay open for now."),
    article("Harbour Post", "2016-12-29T19:40:00", WIRE, EXPEL_35, SANCTIONS, summary="The two compounds stay open for now."),
    article("Daily Ledger", "2016-12-29T20:00:00", WIRE, EXPEL_35, SANCTIONS, summary="The two compounds stay open for now."),
    article("Treasury", "2016-12-29T18:00:00", "Treasury designates the GRU and the FSB under Executive Order 13757", SANCTIONS),
    article("North Sea Review", "2016-12-30T07:00:00", "America expelled 35 diplomats on Thursday and shut two compounds",
            EXPEL_35 | {"basis": "relative"}, COMPOUNDS | {"basis": "relative"}),
    article("Meridian Wire", "2016-12-30T09:30:00", "Lavrov proposes to expel 35 American diplomats in answer", PROPOSED,
            summary="The foreign minister has put the list to the president."),
    article("North Sea Review", "2016-12-30T13:00:00", "Putin turns down his minister's plan: no American diplomat will leave",
            DECLINED, PROPOSED),
    article("Ministry", "2016-12-30T15:00:00", "Foreign ministry calls the expulsions of its staff groundless and hostile",
            act("RUS", "USA", "ACCUSE", "disapprove", "2016-12-30", basis="publication")),
    article("Harbour Post", "2017-01-02T08:00:00", "Week in review: thirty-five Russians packed after Thursday's order",
            EXPEL_35 | {"basis": "relative"}),
    article("Daily Ledger", "2017-01-05T08:00:00", "Could Moscow still answer? Analysts doubt it",
            act("RUS", "USA", "SANCTION", "expel", None, status="hypothetical"), summary="It may yet expel Americans."),
    article("Meridian Wire", "2017-07-28T12:00:00", "Russia orders 755 American staff out, its late answer to the expulsion of 35 in December",
            act("RUS", "USA", "SANCTION", "expel", "2017-07-28", count=755, unit="staff", basis="publication",
                response=("USA", "RUS", "SANCTION", 1), sanction=EXPULSION | {"reason": "retaliation"}),
            act("USA", "RUS", "SANCTION", "expel", None, count=35, unit="diplomats")),
    article("North Sea Review", "2017-07-31T09:00:00", "Moscow's cut of 755 posts, announced on Friday, is the largest in decades",
            act("RUS", "USA", "SANCTION", "expel", "2017-07-28", count=755, unit="staff", basis="relative")),
    article("Harbour Post", "2016-12-29T08:00:00", "Snow closes two motorways in the north"),
    article("Harbour Post", "2016-12-30T08:00:00", "Sales of fireworks break a record this winter"),
    article("Daily Ledger", "2016-12-31T08:00:00", "A quiet New Year's Eve is expected in the capital"),
]  # fmt: skip


def story_lake(root: Path) -> Lake:
    """A lake that holds the story."""
    lake = Lake(root)
    write(lake, STORY)
    return lake
