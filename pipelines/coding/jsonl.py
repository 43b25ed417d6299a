"""The coder's records as JSON lines: articles in, the records of the coding guide out."""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from pipelines.coding.records import Article, Coded
from pipelines.errors import InputError
from pipelines.settings import now


@dataclass(frozen=True)
class BadLine:
    """A line that is no article: its number (from 1), why, its id where one could be read, and whether that id
    was used by an earlier line."""

    number: int
    reason: str
    id: str | None = None
    is_repeated: bool = False


def read_articles(lines: Iterable[str | bytes]) -> Iterator[Article | BadLine]:
    """One Article or BadLine for each line that is not blank.

    A missing or null title, summary, body or lang is empty. Where `published` is missing or no ISO 8601 time, the
    article is coded against the current time, which `reference_basis` "fetch" says. A time without a zone is UTC.
    """
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if isinstance(line, bytes):
            try:
                line = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                yield BadLine(number, f"not UTF-8 ({error.reason} at byte {error.start})")
                continue
        if not line.strip():
            continue
        try:
            record = json.loads(line.lstrip("\ufeff") if number == 1 else line)
        except (json.JSONDecodeError, RecursionError) as error:
            yield BadLine(number, f"not JSON ({error})")
            continue
        if not isinstance(record, dict):
            yield BadLine(number, f"a JSON {type(record).__name__}, not an object")
            continue
        article = _article(record, number)
        if article.id in seen:
            first = seen[article.id]
            yield BadLine(number, f"id {article.id!r} stands already on line {first}", article.id, True)
            continue
        if article.id:
            seen[article.id] = number
        yield article


def _article(record: dict[str, Any], number: int) -> Article | BadLine:
    id_ = record.get("id")
    if isinstance(id_, int) and not isinstance(id_, bool):
        id_ = str(id_)
    if not isinstance(id_, str) or not id_:
        return BadLine(number, "id is missing or is no text")
    texts = {}
    for name in ("title", "summary", "body", "lang"):
        value = record.get(name)
        if value is not None and not isinstance(value, str):
            return BadLine(number, f"{name} is a JSON {type(value).__name__}, not text", id_)
        # A lone surrogate cannot be written out again.
        texts[name] = (value or "").encode("utf-8", "replace").decode("utf-8")
    published = record.get("published")
    if published is not None and not isinstance(published, str):
        return BadLine(number, f"published is a JSON {type(published).__name__}, not text", id_)
    moment = _moment(published)
    return Article(
        id=id_,
        reference=moment or now(),
        reference_basis="publication" if moment else "fetch",
        title=texts["title"],
        summary=texts["summary"],
        body=texts["body"],
        lang=texts["lang"] or None,
    )


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def to_record(id: str, coded: Coded) -> dict[str, Any]:
    """The guide's record of one coded article, every field present, with outcome, confidence and evidence besides.

    Dates are ISO strings or None; `trigger` and `where` are those of the first evidence.
    """
    return {
        "id": id,
        "outcome": coded.outcome,
        "note": coded.note,
        "entities": [
            {"name": e.name, "type": e.type, "country": e.country, "role": e.role} for e in coded.entities
        ],
        "events": [
            {
                "source": e.source,
                "target": e.target,
                "type": e.type,
                "mode": e.mode,
                "cameo": e.cameo,
                "status": e.status,
                "date": e.date.isoformat() if e.date else None,
                "date_precision": e.date_precision,
                "date_basis": e.date_basis,
                "count": e.count,
                "unit": e.unit,
                "reciprocal": e.reciprocal,
                "response_to": dict(zip(("source", "target", "type"), e.response_to, strict=True))
                if e.response_to
                else None,
                "trigger": e.evidence[0].trigger if e.evidence else None,
                "where": e.evidence[0].field if e.evidence else None,
                "confidence": round(e.confidence, 4),
                "evidence": [
                    {
                        "where": p.field,
                        "sentence": p.sentence,
                        "trigger": p.trigger,
                        "start": p.start,
                        "end": p.end,
                    }
                    for p in e.evidence
                ],
            }
            for e in coded.events
        ],
        "sanctions": [
            {
                "sender": s.sender,
                "target": s.target,
                "action": s.action,
                "measures": list(s.measures),
                "designees": list(s.designees),
                "count": s.count,
                "unit": s.unit,
                "instrument": s.instrument,
                "reason": s.reason,
                "status": s.status,
                "date": _day(coded.events[s.event].date if s.event < len(coded.events) else s.announced),
                "announced": _day(s.announced),
                "effective": _day(s.effective),
                "event": s.event,
            }
            for s in coded.sanctions
        ],
        "warnings": list(coded.warnings),
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


CHUNK = 200  # articles coded at once: enough for the parser's own batching, little enough to stream


def code_file(source: str, target: str) -> int:
    """Code a file of articles into a file of records; `-` is standard input or output.

    Every readable id is in the output, in the order of the input: an article that was set aside for wrong fields
    as an empty record with its reason. Bad lines are named on standard error. Returns 0, or 1 where there were bad
    lines. A file is written beside its final name and moved there, so that a failure leaves no half of it.
    """
    from pipelines.coding.coder import Coder

    def write(out: TextIO) -> int:
        coder, bad, batch = Coder.load(), 0, []

        def flush() -> None:
            for article, coded in zip(batch, coder.code_many(batch), strict=True):
                out.write(json.dumps(to_record(article.id, coded), ensure_ascii=False) + "\n")
            batch.clear()

        for article in read_articles(lines):
            if isinstance(article, Article):
                batch.append(article)
                if len(batch) >= CHUNK:
                    flush()
                continue
            bad += 1
            print(f"line {article.number}: {article.reason}; set aside", file=sys.stderr)
            if article.id and not article.is_repeated:
                flush()
                empty = Coded(outcome="skipped:malformed", note=f"line {article.number}: {article.reason}")
                out.write(json.dumps(to_record(article.id, empty), ensure_ascii=False) + "\n")
        flush()
        if bad:
            print(f"{bad} bad line{'s' if bad > 1 else ''}; the rest was coded", file=sys.stderr)
        return 1 if bad else 0

    with ExitStack() as stack:
        if source == "-":
            lines: Iterable[bytes] = sys.stdin.buffer
        else:
            try:
                opener = gzip.open if source.endswith(".gz") else open
                lines = stack.enter_context(opener(source, "rb"))
            except OSError as error:
                raise InputError(f"{source} cannot be read: {error.strerror}") from None
        if target == "-":
            return write(sys.stdout)
        path = Path(target)
        partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            out = stack.enter_context(open(partial, "w", encoding="utf-8"))
        except OSError as error:
            raise InputError(f"{target} cannot be written: {error.strerror}") from None
        try:
            status = write(out)
            out.close()
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
        return status
