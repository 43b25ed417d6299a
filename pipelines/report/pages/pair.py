"""The page of a pair: what happened, the plots, who answers whom, sanctions in force, and every act with its sentences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from pipelines.plural import plural
from pipelines.report import story
from pipelines.report.copy import Copy, Pair, Row
from pipelines.report.evidence import best_report, reports
from pipelines.report.pair_plots import pair_plots, pair_scales
from pipelines.report.stock import COLUMNS as STOCK_COLUMNS
from pipelines.report.stock import stock_plots
from pipelines.report.words import Words, capital, listed, month, short_day, signed
from pipelines.report.world import (
    FORCE_COLUMNS,
    ORIGIN_NAMES,
    QUADS,
    STATUS_WORDS,
    Levels,
    Page,
    Table,
    World,
    by,
    pair_path,
    slug,
    table,
)

BATCH = 400  # pairs whose rows are held at once
ACTS_A_PAGE = 250


def pair_pages(
    copy: Copy,
    world: World,
    levels: Levels,
    in_force: Sequence[Row],
    stocks: Sequence[Row],
    records: Sequence[Row],
) -> Iterator[Page]:
    """A page for every pair with an act, and further ones where its acts fill more than one."""
    force, stock = (
        by(({**row, "pair": tuple(sorted((row["sender"], row["target"])))} for row in rows), "pair")
        for rows in (in_force, stocks)
    )
    sanctions = by(records, "event_id")
    everyone = list(world.pairs)
    for start in range(0, len(everyone), BATCH):
        batch = everyone[start : start + BATCH]
        copy.look_at(batch)
        acts, months, answers = (by(copy.ask(name), "a", "b") for name in ("acts", "months", "answers"))
        evidence, history = (by(copy.ask(name), "event_id") for name in ("evidence", "history"))
        linked = {row["event_id"]: row for row in copy.ask("linked_acts")}
        for pair in batch:
            yield from _pair(
                pair,
                world,
                levels,
                acts[pair],
                months[pair],
                answers[pair],
                evidence,
                history,
                linked,
                sanctions,
                force[pair],
                stock[pair],
            )


def _pair(
    pair: Pair,
    world: World,
    levels: Levels,
    acts,
    months,
    answers,
    evidence,
    history,
    linked,
    sanctions,
    force,
    stock,
) -> Iterator[Page]:
    a, b = pair
    words, origin = world.words, lead_origin(acts, world)
    own = {act["event_id"]: act for act in acts}
    answered = _answered(acts, answers, own, linked)
    newest = sorted(
        acts,
        key=lambda act: (act["event_date"] or date.min, act["first_reported_at"], act["event_id"]),
        reverse=True,
    )
    chunks = [newest[i : i + ACTS_A_PAGE] for i in range(0, len(newest), ACTS_A_PAGE)]
    base = f"{slug(a)}-{slug(b)}"
    names = [f"pair/{base}.html", *(f"pair/{base}-acts-{n}.html" for n in range(2, len(chunks) + 1))]
    place = {act["event_id"]: name for name, chunk in zip(names, chunks, strict=True) for act in chunk}

    def link(event_id: str) -> str | None:
        """Where an act is told, seen from this pair's pages."""
        if event_id in place:
            return f"{place[event_id].split('/')[1]}#act-{event_id}"
        other = linked.get(event_id)
        return f"{pair_path(other['a'], other['b']).split('/')[1]}#act-{event_id}" if other else None

    for number, (name, chunk) in enumerate(zip(names, chunks, strict=True)):
        shown = [
            act_view(
                act,
                world,
                evidence[act["event_id"]],
                history[act["event_id"]],
                sanctions.get(act["event_id"], []),
            )
            | _links(act, answered, answers, own, link, words)
            for act in chunk
        ]
        values = {
            "pair": pair, "names": (words.name(a), words.name(b)), "acts": shown, "number": number + 1, "pages": [n.split("/")[1] for n in names],
            "total": len(acts), "link": link, "origin": origin, "origin_name": ORIGIN_NAMES.get(origin, origin),
        }  # fmt: skip
        if number:
            yield Page(name, "pair_acts.html", values)
            continue
        told = [act for act in acts if act["origin"] == origin]
        episodes = story.tell(told, answered, sanctions, history, world.read_days.get(origin, []), words)
        level = levels.months(pair, origin)
        plots = pair_plots(pair, world, origin, acts, answered, months, level)
        values |= {
            "summary": summary(pair, world, origin, acts, level),
            "episodes": episodes,
            "quotes": {
                told.quoted["event_id"]: best_report(evidence[told.quoted["event_id"]])
                for episode in episodes
                for told in episode.paragraphs
                if told.quoted
            },
            "plots": plots,
            "answers": _answer_rows(told, answered, answers, words),
            "in_force": _force_rows(pair, force, words),
            "stock_plots": _stock_plots(pair, world, origin, acts, months, stock, base),
            "others": sorted({act["origin"] for act in acts} - {origin}),
            "origin_names": ORIGIN_NAMES,
        }
        yield Page(
            name, "pair.html", values, _pair_tables(base, acts, months, level, origin, answers, force, stock)
        )


def act_view(
    act: Row, world: World, evidence: Sequence[Row], history: Sequence[Row], sanctions: Sequence[Row]
) -> Row:
    """One act as the timeline shows it."""
    said = [
        f"{STATUS_WORDS[step['status']]}: first reported so on {short_day(step['as_of_date'])} ({step['outlet']})"
        for step in history
    ]
    return act | {
        "text": world.words.said(act),
        "quad": QUADS[act["quad_class"]],
        "reports": reports(evidence),
        "history": said if len(history) > 1 or act["status"] != "actual" else [],
        "sanctions": sanctions,
        "origin_name": ORIGIN_NAMES.get(act["origin"], act["origin"])
        if act["origin"] != world.origin
        else "",
        "is_conflict": act["quad_class"] in (3, 4),
        "status_word": STATUS_WORDS[act["status"]],
    }


def lead_origin(acts: Sequence[Row], world: World) -> str:
    """The origin that a pair's page is about: the world's where it has acts there, else that with most."""
    counts: dict[str, int] = defaultdict(int)
    for act in acts:
        counts[act["origin"]] += 1
    usable = {origin: n for origin, n in counts.items() if origin != "list"}
    if counts.get(world.origin) and counts[world.origin] * 4 >= max(usable.values()):
        return world.origin
    return max(
        usable or counts, key=lambda origin: ((usable or counts)[origin], origin), default=world.origin
    )


def summary(pair: Pair, world: World, origin: str, acts: Sequence[Row], level: Sequence[Row]) -> list[str]:
    """Sentences that say how much there is, and where things stand."""
    a, b = (world.words.the(code) for code in pair)
    own = [act for act in acts if act["origin"] == origin]
    done = [act for act in own if act["status"] == "actual"]
    dated = sorted(act["event_date"] for act in done if act["event_date"])
    conflict = sum(act["quad_class"] in (3, 4) for act in done)
    deeds = sum(act["quad_class"] == 4 for act in done)
    given_up = sum(act["status"] == "denied" for act in own)
    planned = sum(act["status"] == "planned" for act in own)
    single = sum(act["outlet_count"] == 1 for act in done)
    found: list[str] = []
    if done:
        span = f"from {short_day(dated[0])} to {short_day(dated[-1])}" if dated else "without a day"
        found.append(
            f"{plural(len(done), 'act')} between {a} and {b} {'are' if len(done) != 1 else 'is'} known {span}: "
            f"{conflict:,} of conflict ({deeds:,} in deeds) and {len(done) - conflict:,} of cooperation."
        )
        found.append(f"{100 * single / len(done):.0f} % of them rest on one outlet only.")
    if given_up:
        found.append(
            f"{plural(given_up, 'more was', 'more were')} announced or reported and then given up or denied."
        )
    if planned:
        found.append(f"{plural(planned, 'more is', 'more are')} announced and not known to be done.")
    repeated = Counter(
        (act["source"], act["target"], act["type"], act["mode"])
        for act in done
        if act["quad_class"] in (2, 4)
    ).most_common(2)
    again = [
        f"{world.words.the(source)} {world.words.did(_plain(source, target, kind, mode))} {n} times"
        for (source, target, kind, mode), n in repeated
        if n >= 6
    ]
    if again:
        found.append(capital(f"{listed(again)}."))
    if level:
        moved = next((row for row in reversed(level) if not row["is_carried"]), level[-1])
        limits = (
            f" (95 % {signed(moved['lo'])} … {signed(moved['hi'])})" if moved["lo"] != moved["hi"] else ""
        )
        found.append(
            f"The acts of {month(moved['month'])}, the last month with any, left the relation at level {signed(moved['value'])}{limits} "
            "on a scale from −9 (enmity) to +9 (friendship)."
        )
    return found


def _plain(source: str, target: str, kind: str, mode: str | None) -> Row:
    return {"source": source, "target": target, "type": kind, "mode": mode, "count": None, "unit": None}


def _answered(acts, answers, own, linked) -> dict[str, tuple[Row, str]]:
    """For each act the one that it answers: as its reports say, else as ind_retaliation infers."""
    found = {
        row["answer_event_id"]: (own[row["event_id"]], row["basis"])
        for row in reversed(answers)
        if row["answer_event_id"] in own and row["event_id"] in own
    }
    for act in acts:
        first = own.get(act["response_to_event_id"]) or linked.get(act["response_to_event_id"])
        if first:
            found[act["event_id"]] = (first, act["response_basis"])
    return found


def _links(act: Row, answered, answers, own, link, words: Words) -> Row:
    """What an act answers, and what answers it, as links."""
    found: Row = {"answers_to": None, "answered_by": []}
    if act["event_id"] in answered:
        first, basis = answered[act["event_id"]]
        found["answers_to"] = {"href": link(first["event_id"]), "text": _told_short(first, words), "basis": basis,
                               "days": _days(first["event_date"], act["event_date"])}  # fmt: skip
    for other_id, (first, basis) in answered.items():
        if first["event_id"] == act["event_id"]:
            other = own[other_id]
            found["answered_by"].append({"href": link(other_id), "text": _told_short(other, words), "basis": basis,
                                         "days": _days(act["event_date"], other["event_date"])})  # fmt: skip
    return found


def _days(first: date | None, last: date | None) -> int | None:
    return (last - first).days if first and last else None


def _told_short(act: Row, words: Words) -> str:
    return f"{words.noun(act)} by {words.the(act['source'])}, {short_day(act['event_date'])}"


def _answer_rows(acts: Sequence[Row], answered, answers: Sequence[Row], words: Words) -> list[Row]:
    """Acts of the one side and what the other answered, in the order of the answers; what was only planned among them."""
    own = {act["event_id"]: act for act in acts}
    matching = {(row["event_id"], row["answer_event_id"]): row["matching"] for row in answers}
    found = []
    for answer in sorted(acts, key=lambda act: (act["event_date"] or date.max, act["event_id"])):
        first, basis = answered.get(answer["event_id"], (None, ""))
        if not first or first["event_id"] not in own or first["source"] != answer["target"]:
            continue
        found.append(
            {
                "act": first, "answer": answer, "days": _days(first["event_date"], answer["event_date"]), "basis": basis,
                "matching": matching.get((first["event_id"], answer["event_id"])),
                "act_text": words.said(first), "answer_text": words.said(answer),
            }
        )  # fmt: skip
    return found


def _stock_plots(pair: Pair, world: World, origin: str, acts, months, stock: Sequence[Row], base: str):
    """How many sanctions were in force, both ways, on the axis of the other plots."""
    a, b = pair
    scales = pair_scales(world, origin, acts, months)
    if not scales:
        return []
    sides = (f"by {world.words.the(a)}", f"by {world.words.the(b)}")
    return stock_plots(
        stock, scales, lambda row: row["sender"] == a, sides, world.words, f"data/{base}-in-force-by-day.csv"
    )


def _force_rows(pair: Pair, force: Sequence[Row], words: Words) -> list[Row]:
    """Measures in force both ways, each sender's together; what one origin says beside the other."""
    found = []
    for sender in pair:
        rows = sorted(
            (row for row in force if row["sender"] == sender), key=lambda row: (row["measure"], row["origin"])
        )
        found.append({"sender": sender, "target": pair[1] if sender == pair[0] else pair[0],
                      "rows": [row | {"label": words.measure(row["measure"])} for row in rows]})  # fmt: skip
    return found


ACT_COLUMNS = (
    "event_id", "origin", "event_date", "date_precision", "source", "target", "type", "mode", "cameo", "goldstein", "severity", "status",
    "count", "unit", "response_to_event_id", "response_basis", "article_count", "outlet_count", "confidence", "first_reported_at",
)  # fmt: skip
MONTH_COLUMNS = ("origin", "period", "until", "indicator", "value", "lo", "hi", "n", "outlet_count", "status")
ANSWER_COLUMNS = ("event_id", "origin", "source", "target", "type", "mode", "event_date", "count", "answer_event_id", "basis", "answer_date",
                  "answer_count", "lag_days", "matching", "is_open", "as_of_date")  # fmt: skip


def _pair_tables(base: str, acts, months, level, origin: str, answers, force, stock) -> list[Table]:
    banded = [
        {"origin": origin, "period": row["month"], "until": row["until"], "indicator": "relation_level", "value": round(row["value"], 6), "lo": round(row["lo"], 6),
         "hi": round(row["hi"], 6), "n": row["n"], "outlet_count": None, "status": "no_events" if row["is_carried"] else "ok"}
        for row in level
    ]  # fmt: skip
    rest = [row for row in months if not (row["origin"] == origin and row["indicator"] == "relation_level")]
    found = [
        table(f"data/{base}-acts.csv", ACT_COLUMNS, acts),
        table(f"data/{base}-months.csv", MONTH_COLUMNS, banded + rest),
    ]
    if answers:
        found.append(table(f"data/{base}-answers.csv", ANSWER_COLUMNS, answers))
    if force:
        found.append(table(f"data/{base}-in-force.csv", FORCE_COLUMNS, force))
    if stock:
        found.append(table(f"data/{base}-in-force-by-day.csv", STOCK_COLUMNS, stock))
    return found
