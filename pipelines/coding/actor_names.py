"""The reference tables of actors: every name with what it can mean, and people with their dated offices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from pipelines.coding.reference import Row, read_csv

STATIC_KINDS = ("agency", "seat", "organisation", "place")
_CERTAINTY = {"high": 0.95, "medium": 0.8, "low": 0.6}
_EVER, _NEVER = date(1900, 1, 1), date(9999, 1, 1)


@dataclass(frozen=True, slots=True)
class Sense:
    """One reading of a name. Outside of [since, until) it counts as `otherwise` (None: it does not hold then).

    weak: it holds only where the article also names the state or the actor in full. kind "noise" hides a name.
    """

    kind: str
    code: str | None
    name: str
    country: str | None
    role: str | None
    actor_id: str | None
    since: date | None = None
    until: date | None = None
    otherwise: str | None = None
    acronym: bool = False
    weak: bool = False

    def holds(self, on: date) -> bool:
        return (not self.since or on >= self.since) and (not self.until or on < self.until)


@dataclass(frozen=True, slots=True)
class Office:
    """One office of a person; `until` is the first day after it, `rank` how likely the news means it."""

    code: str | None
    office: str
    role: str
    since: date
    until: date
    certainty: float
    rank: float


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """A person and all offices, in order of time."""

    person_id: str
    name: str
    home: str | None
    offices: tuple[Office, ...]

    def at(self, on: date) -> tuple[str, Office]:
        """The office that matters on a day, and how it stands to the day: active, next (within 120 days),
        former or later."""
        active = [o for o in self.offices if o.since <= on < o.until]
        if active:
            return "active", max(active, key=lambda o: (o.rank, o.since))
        ahead = [o for o in self.offices if o.since > on]
        past = [o for o in self.offices if o.until <= on]
        if ahead and ahead[0].since - on < timedelta(days=120):
            return "next", ahead[0]
        if past:
            return "former", max(past, key=lambda o: (o.until, o.rank))
        return "later", ahead[0]


def _is_acronym(alias: str) -> bool:
    """Whether an alias is one short word with capitals in it ("US", "U.S.", "LeT"): it must stand so in a text."""
    letters = [c for c in alias if c.isalpha()]
    return (
        " " not in alias
        and 1 < len(letters) <= 6
        and sum(map(str.isupper, letters)) > max(1, len(letters) // 2)
    )


def read_senses(reference: Path) -> Iterator[tuple[str, Sense]]:
    """Every name with one of its readings, the likelier files first."""
    for row in read_csv(reference / "noise.csv", ["phrase", "kind"], key="phrase"):
        row.one_of("kind", ("outlet", "name", "other"))
        yield (
            row["phrase"],
            Sense("noise", None, row["phrase"], None, None, None, acronym=_is_acronym(row["phrase"])),
        )
    states = yield from _countries(reference / "countries.csv")
    codes = yield from _organisations(reference / "organisations.csv")
    actors = states | codes | {"ISIS", "ALQAEDA"}
    for row in read_csv(
        reference / "groups.csv",
        ["group_id", "name", "other_names", "weak_names", "acts_as", "valid_from", "valid_to"],
        key="group_id",
    ):
        code = row.one_of("acts_as", actors)
        country = code if code in states else None
        sense = Sense(
            "group",
            code,
            row["name"],
            country,
            "armed group",
            row["group_id"],
            row.day_of("valid_from"),
            row.day_of("valid_to"),
        )
        yield from _named(row, sense)
    columns = [
        "agency_id",
        "name",
        "other_names",
        "weak_names",
        "acts_as",
        "country",
        "kind",
        "valid_from",
        "valid_to",
    ]
    for row in read_csv(reference / "agencies.csv", columns, key="agency_id"):
        kind, code = row.one_of("kind", STATIC_KINDS), row.one_of("acts_as", actors, empty=True) or None
        country = row.one_of("country", states, empty=True) or None
        sense = Sense(
            kind,
            code,
            row["name"],
            country,
            None,
            row["agency_id"],
            row.day_of("valid_from"),
            row.day_of("valid_to"),
        )
        yield from _named(row, sense)
    columns = ["name", "other_names", "adjectives", "acts_as", "country", "kind", "valid_from", "valid_to"]
    for row in read_csv(reference / "regions.csv", columns, key="name"):
        kind = (
            "place" if row.one_of("kind", ("region", "breakaway", "former", "place")) == "place" else "region"
        )
        code, country = (
            row.one_of("acts_as", states, empty=True) or None,
            row.one_of("country", states, empty=True) or None,
        )
        sense = Sense(
            kind, code, row["name"], country, None, None, row.day_of("valid_from"), row.day_of("valid_to")
        )
        yield from _named(row, sense)
        for alias in row.items_of("adjectives"):
            yield (
                alias,
                replace(
                    sense,
                    kind="demonym"
                    if alias.endswith("s") and alias[:-1] in row.items_of("adjectives")
                    else "adjective",
                ),
            )
    for row in read_csv(
        reference / "places.csv", ["name", "other_names", "country"], key=("name", "country")
    ):
        country = row.one_of("country", states, empty=True) or None
        yield from _named(row, Sense("place", country, row["name"], country, None, None))
    for row in read_csv(reference / "titles.csv", ["title", "role", "offices", "acts_as"]):
        if code := row.one_of("acts_as", actors, empty=True):
            country = code if code in states else None
            yield row["title"], Sense("office", code, row["role"], country, row["role"], None)


def _named(row: Row, sense: Sense) -> Iterator[tuple[str, Sense]]:
    for alias in (row["name"], *row.items_of("other_names")):
        yield alias, replace(sense, acronym=_is_acronym(alias))
    for alias in row.items_of("weak_names") if "weak_names" in row else ():
        yield alias, replace(sense, acronym=_is_acronym(alias), weak=True)


def _organisations(path: Path) -> Iterator[tuple[str, Sense]]:
    rows = read_csv(
        path, ["code", "name", "other_names", "weak_names", "common_nouns", "seats", "acts_as"], key="code"
    )
    codes = {row["code"] for row in rows}
    for row in rows:
        sense = Sense(
            "organisation",
            row.one_of("acts_as", codes, empty=True) or None,
            row["name"],
            None,
            None,
            row["code"],
        )
        yield from _named(row, sense)
        if row["code"] == "EU":
            yield "Brussels", replace(sense, kind="seat", country="BEL")
    return codes


def _countries(path: Path) -> Iterator[tuple[str, Sense]]:
    columns = [
        "alpha3",
        "alpha2",
        "numeric",
        "name",
        "other_names",
        "weak_names",
        "adjectives",
        "demonyms",
        "capital",
        "seats",
    ]
    rows = read_csv(path, [*columns, "part_of", "valid_from", "valid_to", "before"], key="alpha3")
    states = {row["alpha3"] for row in rows}
    for row in rows:
        code = row.one_of("part_of", states, empty=True) or row["alpha3"]
        before = row.one_of("before", states, empty=True) or None
        since, until = (row.day_of("valid_from") if before else None), row.day_of("valid_to")
        base = Sense("state", code, row["name"], code, None, row["alpha3"], since, until, before)
        for kind, aliases in (
            ("state", (row["name"], *row.items_of("other_names"))),
            ("adjective", row.items_of("adjectives")),
            ("demonym", row.items_of("demonyms")),
            ("capital", (*row.items_of("capital"), *row.items_of("seats"))),
        ):
            for alias in aliases:
                if not (kind == "capital" and alias == "Brussels"):  # a seat of the Union, see _organisations
                    yield alias, replace(base, kind=kind, acronym=_is_acronym(alias))
        for alias in row.items_of("weak_names"):
            yield alias, replace(base, acronym=_is_acronym(alias), weak=True)
    return states


def read_people(reference: Path) -> list[tuple[Person, list[str]]]:
    columns = [
        "person_id",
        "name",
        "other_names",
        "acts_as",
        "home",
        "office",
        "role",
        "valid_from",
        "valid_to",
        "certainty",
    ]
    ranks = {
        r["office"]: r.number_of("rank")
        for r in read_csv(reference / "office_kinds.csv", ["office", "rank"], key="office")
    }
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in read_csv(reference / "offices.csv", columns):
        rows[row["person_id"]].append(row)
    people = []
    for person_id, group in rows.items():
        aliases: dict[str, None] = {}
        offices, home = [], None
        for row in group:
            if row["name"] != group[0]["name"]:
                row.fail(
                    f"person_id {person_id} is called {group[0]['name']!r} on line {group[0].line}; use one name for one person"
                )
            aliases |= dict.fromkeys((row["name"], *row.items_of("other_names")))
            home = home or row["home"] or None
            since, until = row.day_of("valid_from") or _EVER, row.day_of("valid_to", end=True) or _NEVER
            if until < since:
                row.fail(f"valid_to {row['valid_to']} is before valid_from {row['valid_from']}")
            certainty = _CERTAINTY[row.one_of("certainty", _CERTAINTY)]
            offices.append(
                Office(
                    row["acts_as"] or None,
                    row.one_of("office", ranks),
                    row["role"],
                    since,
                    until,
                    certainty,
                    ranks[row["office"]],
                )
            )
        offices.sort(key=lambda o: (o.since, o.until))
        people.append((Person(person_id, group[0]["name"], home, tuple(offices)), list(aliases)))
    return people
