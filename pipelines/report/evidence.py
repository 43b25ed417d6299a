"""The sentences that say an act, with their triggers marked; and which addresses may be links. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup, escape

from pipelines.report.copy import Row


def marked(text: str, triggers: Iterable[str], spans: Iterable[tuple[int, int]] = ()) -> Markup:
    """A sentence with its triggers marked, all else escaped."""
    places = sorted({*spans, *(_first(text, trigger) for trigger in triggers)} - {None})
    done, at = Markup(""), 0
    for start, end in places:
        if start < at:
            continue
        done += escape(text[at:start]) + Markup("<mark>") + escape(text[start:end]) + Markup("</mark>")
        at = end
    return done + escape(text[at:])


def _first(text: str, trigger: str) -> tuple[int, int] | None:
    start = text.find(trigger) if trigger else -1
    return (start, start + len(trigger)) if start >= 0 else None


def span_in_sentence(row: Mapping) -> tuple[int, int] | None:
    """Where in its sentence a trigger stands: by its place in the field where the field is known, else where it is first found."""
    text, sentence, trigger = row["field_text"], row["sentence"], row["trigger"]
    if text and trigger:
        at = text.rfind(sentence, 0, row["start_char"] + len(sentence))
        start = row["start_char"] - at
        if at >= 0 and sentence[start : start + len(trigger)] == trigger:
            return start, start + len(trigger)
    return _first(sentence, trigger)


def reports(rows: Sequence[Row]) -> list[Row]:
    """The evidence of one act by article: outlet, day, link, and its sentences with the triggers marked."""
    found: dict[str, Row] = {}
    for row in rows:
        report = found.setdefault(
            row["article_id"],
            {
                "outlet": row["outlet"], "url": web_address(row["url"]), "when": row["reported_at"], "title": row["title"],
                "status": row["status"], "confidence": row["confidence"], "is_copy": row["story_id"] != row["article_id"],
                "lang": row["lang"], "spans": defaultdict(set),
            },
        )  # fmt: skip
        report["confidence"] = max(report["confidence"], row["confidence"])
        report["spans"][row["sentence"]].add(span_in_sentence(row))
    for report in found.values():
        report["sentences"] = [
            marked(text, (), spans - {None}) for text, spans in report.pop("spans").items()
        ]
    return sorted(found.values(), key=lambda r: (r["is_copy"], r["when"] or "", r["outlet"] or ""))


def best_report(rows: Sequence[Row]) -> Row | None:
    """The report of an act to quote: the surest one in the longest of its sentences."""
    if not rows:
        return None
    row = max(rows, key=lambda row: (round(row["confidence"], 1), len(row["sentence"]), row["mention_id"]))
    own = [
        other
        for other in rows
        if other["article_id"] == row["article_id"] and other["sentence"] == row["sentence"]
    ]
    return reports(own)[0]


def web_address(url: str | None) -> str | None:
    """The address if a browser may be sent there: http and https only."""
    return url if url and url.lower().startswith(("http://", "https://")) else None
