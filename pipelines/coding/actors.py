"""Who is named in a text: states, organisations, armed groups, bodies and people, at a given day.

Names come from data/reference; an Aho–Corasick automaton over their words finds all of them in one pass, and
context (capitals, titles, neighbours, what else the article names) decides between the readings of a name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import ahocorasick

from pipelines.coding.actor_names import Person, Sense, read_people, read_senses
from pipelines.coding.people import Held, Titles, find_people, owners_before
from pipelines.coding.reference import read_csv
from pipelines.coding.words import Words, key_of

WEAK = 0.8  # certainty of a short name that holds only because the article also names its state
AFTER_COMMA = "*,"  # in ambiguous.csv: the name follows a comma, "Stone Mountain, Georgia"
ENOUGH = 4.4  # what a surname alone must weigh to be taken for a person of the list


@dataclass(frozen=True, slots=True)
class Mention:
    """One name in a text. `code` is what it counts as as source or target after the guide (None: no state is
    known, or none acts); `start` and `end` are characters of the text given.

    kind: state, adjective, demonym, capital, seat, region, organisation, group, person, office, agency, place.
    """

    start: int
    end: int
    text: str
    code: str | None
    kind: str
    name: str
    country: str | None
    role: str | None
    actor_id: str | None
    certainty: float


_OFTEN = (
    "USA RUS CHN GBR FRA DEU ISR IRN TUR UKR IND PAK PRK KOR JPN SAU EGY SYR IRQ VEN LBY PSE "
    "UN EU NATO ALQAEDA ISIS ICC IAEA"
)
_OFTEN_NAMED = frozenset(_OFTEN.split())  # whose people the news names without saying whose they are
_LONG_AGO = timedelta(days=3650)
_TOO_EARLY = timedelta(days=365 * 3)

# A report's sources stand in brackets at its end: "(Reuters) (AP via Google News)".
_CREDITS = re.compile(r"(?<=[.!?\"”'’\])])\s*((?:\([^()]{2,120}\)[\s,;.]*)+)$")
_CREDITS_LENGTH = 800
_DATELINE = re.compile(
    r"^[A-Z][A-Z .,'-]{2,40}(?:, [A-Z][a-z]+\.? \d{1,2})?\s*\((?:AP|Reuters|AFP|dpa|Xinhua|TASS|UPI)\)\s*[-–—]+ "
)
_PLACE_WORDS = re.compile(
    r"\b(?:in|at|near|from|outside|into|around|inside|across|through|throughout|downtown|central|via|toward|towards|"
    r"(?:north|south|east|west|northern|southern|eastern|western|centre|center|outskirts|suburbs?|city|streets|airport) of|"
    r"(?:north|south|east|west)(?:ern)?|mainland)\s+(?:the\s+)?$"
)


def credits(text: str) -> tuple[int, int] | None:
    """Where the source credits at the end of a text stand, "(Reuters) (AP via Google News)", or None."""
    match = _CREDITS.search(text, max(0, len(text) - _CREDITS_LENGTH))
    return match.span(1) if match else None


def is_place_context(text: str, mention: Mention) -> bool:
    """Whether a capital or state stands there as a place: "in Moscow", "near Kabul", "from Paris"."""
    return bool(_PLACE_WORDS.search(text[max(0, mention.start - 30) : mention.start].lower()))


@dataclass(slots=True)
class _Article:
    """What the whole article tells about its names."""

    on: date
    texts: dict[str, Words]
    spans: dict[str, list[tuple[int, int, str]]]
    evidence: Counter[str]
    full: set[str]  # people and actors named in full
    local: dict[str, tuple[str, str | None, str | None]]  # surname -> name, code, role of people in no list
    said: dict[str, bool]

    def says(self, cue: str) -> bool:
        """Whether a phrase stands anywhere in the article."""
        if cue not in self.said:
            self.said[cue] = any(f" {cue} " in words.hay for words in self.texts.values())
        return self.said[cue]


class Actors:
    """All names of the reference files, ready to be found."""

    def __init__(
        self,
        senses: dict[str, list[Sense]],
        people: dict[str, list[tuple[Person, bool]]],
        titles: Titles,
        readings: dict[str, list[tuple[str | None, tuple[str, ...]]]],
        given: frozenset[str],
        homographs: frozenset[str],
    ):
        self.senses, self.people, self.titles = senses, people, titles
        self.readings, self.given, self.homographs = readings, given, homographs
        self.automaton = ahocorasick.Automaton()
        for key in senses.keys() | people.keys():
            self.automaton.add_word(f" {key} ", key)
        self.automaton.make_automaton()
        self.codes = {key: self._sure_code(key) for key in senses}

    @classmethod
    def load(cls, reference: Path) -> Actors:
        """Read the reference CSVs of a folder; a fault raises InputError with file and line."""
        senses: dict[str, list[Sense]] = defaultdict(list)
        for alias, sense in read_senses(reference):
            key = key_of(alias)
            same = [
                s
                for s in senses[key]
                if (s.kind, s.code, s.actor_id, s.since)
                == (sense.kind, sense.code, sense.actor_id, sense.since)
            ]
            if key and not same:
                senses[key].append(sense)
        people: dict[str, list[tuple[Person, bool]]] = defaultdict(list)
        for person, aliases in read_people(reference):
            for key in dict.fromkeys(map(key_of, aliases)):
                people[key].append(
                    (
                        person,
                        " " in key
                        and not key.startswith(("al ", "el ", "de ", "bin ", "van ", "von ", "del ")),
                    )
                )
        readings: dict[str, list[tuple[str | None, tuple[str, ...]]]] = defaultdict(list)
        for row in read_csv(reference / "ambiguous.csv", ["name", "code", "cues"]):
            readings[key_of(row["name"])].append(
                (
                    row["code"] or None,
                    tuple(c if c == AFTER_COMMA else key_of(c) for c in row.items_of("cues")),
                )
            )
        return cls(
            dict(senses),
            dict(people),
            Titles.load(reference),
            dict(readings),
            frozenset(
                key_of(row["name"]) for row in read_csv(reference / "given_names.csv", ["name"], key="name")
            ),
            frozenset(
                key_of(row["word"]) for row in read_csv(reference / "homographs.csv", ["word"], key="word")
            ),
        )

    def find(self, text: str, on: date) -> list[Mention]:
        """The names in a text, longest first where they overlap, in order of the text."""
        return self.resolve_article({"text": text}, on)["text"]

    def resolve_article(self, fields: dict[str, str], on: date) -> dict[str, list[Mention]]:
        """The names in each field, decided with the whole article in view."""
        texts = {name: Words(text or "") for name, text in fields.items()}
        spans = {name: self._spans(words) for name, words in texts.items()}
        article = _Article(on, texts, spans, Counter(), set(), {}, {})
        known = {name: self._survey(article, name) for name in texts}
        self._weigh_ambiguous(article)
        strangers = {name: self._strangers(article, name, known[name]) for name in texts}
        return {name: self._choose(article, name, known[name], strangers[name]) for name in texts}

    # --- candidates and evidence

    def _spans(self, words: Words) -> list[tuple[int, int, str]]:
        """Spans of words (first, last, key) that are a known name, leftmost and longest first, without the
        source credits at the end."""
        masked = credits(words.text)
        limit = masked[0] if masked else len(words.text)
        dateline = _DATELINE.match(words.text)
        begin = dateline.end() if dateline else 0
        spans = []
        for end, key in self.automaton.iter(words.hay):
            first = words.places[end - len(key) - 1]
            last = first + key.count(" ")
            if words.ends[last] > limit or words.starts[first] < begin:
                continue
            if words.text[words.ends[last] : words.ends[last] + 1] == "$":
                continue  # "US$5 billion" is money
            if last > first and not words.is_joined(first, last):
                continue
            spans.append((first, last, key))
        furthest: dict[int, int] = {}
        for first, last, _ in spans:
            furthest[first] = max(last, furthest.get(first, 0))
        spans = [
            s for s in spans if not (words.words[s[0]] == "the" and furthest.get(s[0] + 1, 0) > s[1])
        ]  # "the South" Korean
        named = [
            (first, last) for first, last, key in spans if any(full for _, full in self.people.get(key, ()))
        ]
        spans = [
            (first, last, key)
            for first, last, key in spans
            if key not in self.people or not any(first < a <= last < b for a, b in named)
        ]  # "Crown Prince Mohammed" bin Zayed
        spans.sort(key=lambda s: (s[0], -s[1]))
        return spans

    def _sure_code(self, key: str) -> str | None:
        """The code of a name that has one reading only, or None."""
        codes = {s.code for s in self.senses[key]}
        if (
            len(codes) != 1
            or key in self.readings
            or any(s.weak or s.kind in ("noise", "office") for s in self.senses[key])
        ):
            return None
        return codes.pop()

    def _survey(self, article: _Article, name: str) -> dict[int, str | None]:
        """Gather what the unambiguous names of a field tell; the code of each of their words."""
        words, known, covered = article.texts[name], {}, -1
        for first, last, key in article.spans[name]:
            if first <= covered:
                continue
            code = self.codes.get(key)
            fitting = [s for s in self.senses.get(key, ()) if self._fits(words, first, last, s)]
            if fitting:
                covered = last
                for i in range(first, last + 1):
                    known[i] = code
                if any(s.kind == "noise" for s in fitting):
                    for i in range(first, last + 1):
                        known[i] = None
                elif code:
                    article.evidence[code] += 0.4 if fitting[0].kind == "place" else 1
                    if not fitting[0].weak and fitting[0].actor_id:
                        article.full.add(fitting[0].actor_id)
            elif any(full for _, full in self.people.get(key, ())) and words.is_capital(first):
                covered = last
                held = [p for p, full in self.people[key] if full]
                codes = {p.home for p in held}
                article.full.update(p.person_id for p in held)
                self._remember(article, held, words, last)
                for i in range(first, last + 1):
                    known[i] = held[0].home if len(codes) == 1 else None
                if len(codes) == 1 and held[0].home:
                    article.evidence[held[0].home] += 0.5
        return known

    def _weigh_ambiguous(self, article: _Article) -> None:
        """What states with a name of several readings add, once all others have been seen: "Turkey", "Jordan"."""
        found: Counter[str] = Counter()
        for name, words in article.texts.items():
            for first, last, key in article.spans[name]:
                senses = self.senses.get(key, ())
                if (
                    key in self.readings
                    and first == last
                    and any(
                        s.kind in ("state", "capital") and self._fits(words, first, last, s) for s in senses
                    )
                    and not self._is_part_of_name(words, first)
                    and (code := self._by_cues(article, words, first, key))
                ):
                    found[code] += 1
        article.evidence.update(found)

    def _remember(self, article: _Article, held: list[Person], words: Words, last: int) -> None:
        """Keep the surname of somebody named in full whom the list does not know by it alone."""
        surname = words.words[last]
        if (
            len(held) > 1
            or surname in self.senses
            or any(p is held[0] for p, _ in self.people.get(surname, ()))
        ):
            return
        state, office = held[0].at(article.on)
        code = office.code if state == "active" else held[0].home or office.code
        article.local.setdefault(
            surname, (held[0].name, code or None, office.role if state == "active" else None)
        )

    def _strangers(self, article: _Article, name: str, known: dict[int, str | None]) -> dict[int, Mention]:
        """People in no list that the field names in full, by their first word; their surnames are remembered."""
        words = article.texts[name]
        masked = credits(words.text)
        limit = masked[0] if masked else len(words.text)
        found = {}
        for person in find_people(words, self.titles, self.given, known, self.people):
            if words.ends[person.last] > limit:
                continue
            code = person.code or next((known[i] for i in person.owners if known.get(i)), None)
            start, end = words.starts[person.first], words.ends[person.last]
            text = words.text[start:end]
            country = code if code and code.isalpha() and self._is_state(code) else None
            found[person.first] = Mention(
                start, end, text, code, "person", text, country, person.role, None, 0.75 if code else 0.5
            )
            surname = words.words[person.last]
            if not any(p.person_id in article.full for p, _ in self.people.get(surname, ())):
                article.local[surname] = (text, code, person.role)
        return found

    def _is_state(self, code: str) -> bool:
        return any(s.kind == "state" and s.code == code for s in self.senses.get(self._state_key(code), ()))

    def _state_key(self, code: str) -> str:
        return self._state_keys.get(code, "")

    @property
    def _state_keys(self) -> dict[str, str]:
        if not hasattr(self, "_keys_of_states"):
            self._keys_of_states = {
                s.code: key
                for key, senses in self.senses.items()
                for s in senses
                if s.kind == "state" and s.code
            }
        return self._keys_of_states

    def _fits(self, words: Words, first: int, last: int, sense: Sense) -> bool:
        """Whether the capitals are those of the name: acronyms in capitals, others with a capital first."""
        if sense.acronym:
            if any(words.gap(i) == " " for i in range(first, last)):
                return False  # "A U.S. soldier" names no A.U.
            if first == last and sense.kind in ("organisation", "group") and self._is_spoken(words, first):
                return True
            return sum(map(str.isupper, words.surface(first, last))) > 1 and (
                words.style != "caps" or last > first or words.words[first] not in self.homographs
            )
        if sense.kind == "office":
            return True
        if not words.is_capital(last) and not words.is_capital(first):
            return False
        if sense.kind == "agency" and words.style == "sentence" and not words.is_capital(last):
            return False  # "the South Korean army" is a nationality and a noun
        if sense.kind == "noise" and sense.name.split()[-1][0].isupper() and not words.is_capital(last):
            return False  # "Pakistan today threatened": no newspaper of that name
        lead = first + 1 if last > first and words.words[first] == "the" else first
        return words.is_capital(lead) or words.words[lead] in _SMALL_LEADS

    def _is_spoken(self, words: Words, i: int) -> bool:
        """Whether an acronym is written as the word that it is spoken as: "Nato", "Asean"."""
        return (
            words.style == "sentence"
            and len(words.words[i]) > 3
            and words.surface(i, i).istitle()
            and words.words[i] not in self.homographs
        )

    # --- choosing

    def _choose(
        self, article: _Article, name: str, known: dict[int, str | None], strangers: dict[int, Mention]
    ) -> list[Mention]:
        words = article.texts[name]
        mentions: list[Mention] = []
        free = 0
        spans = iter(article.spans[name])
        queue = sorted(
            [(first, -last, 1, key) for first, last, key in spans]
            + [(first, -self._last_word(words, m), 0, "") for first, m in strangers.items()]
            + [
                (i, -i, 2, "")
                for i, word in enumerate(words.words)
                if word in article.local and words.is_capital(i)
            ]
        )
        for first, minus_last, source, key in queue:
            if first < free:
                continue
            last = -minus_last
            if source == 0:
                mention = strangers[first]
            elif source == 1:
                mention = self._resolve(article, words, first, last, key, known)
            else:
                mention = self._recall(article, words, first)
            if mention is None:
                continue
            free = words.after(mention.end)
            if mention.kind != "noise":
                mentions.append(mention)
        return _with_elliptic(words, mentions)

    @staticmethod
    def _last_word(words: Words, mention: Mention) -> int:
        return words.after(mention.end) - 1

    @staticmethod
    def _recall(article: _Article, words: Words, i: int) -> Mention:
        """A surname alone of somebody whom the article names in full elsewhere."""
        name, code, role = article.local[words.words[i]]
        start, end = words.starts[i], words.ends[i]
        return Mention(
            start, end, words.text[start:end], code, "person", name, code, role, None, 0.6 if code else 0.4
        )

    def _resolve(
        self, article: _Article, words: Words, first: int, last: int, key: str, known: dict[int, str | None]
    ) -> Mention | None:
        static = [s for s in self.senses.get(key, ()) if self._fits(words, first, last, s)]
        if any(s.kind == "noise" for s in static):
            return _mention(words, first, last, static[0], None, 1.0)
        chosen = self._read(article, words, first, last, key, static) if static else None
        persons = self.people.get(key)
        if persons and (words.is_capital(first) or words.is_capital(last)):
            person = self._person(article, words, first, last, key, persons, known, chosen is not None)
            if person:
                return person
        return chosen

    def _read(
        self, article: _Article, words: Words, first: int, last: int, key: str, static: list[Sense]
    ) -> Mention | None:
        """The reading of a name that is no person's."""
        if first == last and self._is_part_of_name(words, first):
            return _mention(words, first, last, static[0], None, 1.0, kind="noise")
        codes = [
            (s, s.code if s.holds(article.on) else s.otherwise)
            for s in static
            if s.holds(article.on) or s.otherwise
        ]
        certainty = 0.95
        if key in self.readings and words.style != "caps":
            code = self._by_cues(article, words, first, key)
            codes = [(s, c) for s, c in codes if c == code]
            certainty = 0.85
        if not codes:
            return None
        strong = [(s, c) for s, c in codes if not s.weak]
        if not strong:
            codes = [(s, c) for s, c in codes if article.evidence[c or ""] > 0 or s.actor_id in article.full]
            certainty = WEAK
        elif len({c for _, c in strong}) > 1:
            codes, certainty = strong, 0.75
        else:
            codes = strong
        if not codes:
            return None
        sense, code = max(codes, key=lambda sc: (article.evidence[sc[1] or ""], not sc[0].weak))
        if sense.kind == "seat" and sense.code == "EU":
            code = self._of_brussels(article, words, last)
        if sense.kind == "office" and not self._stands_alone(words, first, last):
            return None
        return _mention(words, first, last, sense, code, certainty)

    def _by_cues(self, article: _Article, words: Words, first: int, key: str) -> str | None:
        """The reading of an ambiguous name whose cues the article holds most of; the first one where none tells."""
        best, best_score = None, -1.0
        for n, (code, cues) in enumerate(self.readings[key]):
            after_comma = first > 0 and words.gap(first - 1) == ", " and words.is_capital(first - 1)
            score = (
                sum(after_comma if cue == AFTER_COMMA else article.says(cue) for cue in cues)
                + min(2.0, article.evidence[code or ""])
                - n * 0.01
            )
            if score > best_score:
                best, best_score = code, score
        return best

    @staticmethod
    def _of_brussels(article: _Article, words: Words, last: int) -> str:
        if last + 1 < len(words) and words.gap(last) == " " and words.words[last + 1] in _OF_A_CITY:
            return "BEL"
        return (
            "BEL"
            if article.evidence["BEL"] and not article.evidence["EU"] and not article.evidence["NATO"]
            else "EU"
        )

    def _is_part_of_name(self, words: Words, i: int) -> bool:
        """Whether a name of one word belongs to a person's name: "Michael Jordan", "Jordan Spieth"."""
        word = words.words[i]
        if i > 0 and words.gap(i - 1) == " " and words.is_capital(i - 1):
            before = words.words[i - 1]
            if (
                before in self.given
                and not (before in self.homographs and words.style != "sentence")
                and not self.titles.ending_at(words, i - 1)
            ):
                return word not in ("us", "uk", "eu", "un")
        if (
            word in self.given
            and words.style == "sentence"
            and i + 1 < len(words)
            and words.gap(i) == " "
            and words.is_capital(i + 1)
        ):
            after = words.words[i + 1]
            return (
                after.isalpha()
                and after not in self.senses
                and not self.titles.starting_at(words, i + 1)
                and after not in self.titles.institutions
            )
        return False

    def _stands_alone(self, words: Words, first: int, last: int) -> bool:
        """Whether a title that says itself whose it is ("Secretary of State") stands without a name or a state."""
        if last + 1 < len(words) and (
            words.words[last + 1] == "for" or (words.gap(last) == " " and words.is_capital(last + 1))
        ):
            return False
        if (
            first > 0
            and words.gap(first - 1) in (" ", "'", "’")
            and words.words[first - 1] not in ("the", "a", "former", "by", "and")
        ):
            return False
        return words.words[first : last + 1] != ["secretary"]

    # --- people

    def _person(self, article, words, first, last, key, persons, known, also_static) -> Mention | None:
        """The person that a name means at the day, or None where nobody is likely enough."""
        held = self._title_of(words, first, last)
        alone = not any(full for _, full in persons)
        if (
            alone
            and not held
            and (self._belongs_to_other(words, first, last, key, persons) or _is_month(words, first))
        ):
            return None
        if alone and (
            (last + 1 < len(words) and words.gap(last) == "-" and self._has_thing_after(words, last))
            or _is_shouted(words, first, last)
        ):
            return None
        if first > 0 and words.words[first - 1] in self.titles.ships:
            return None
        owner = next((known[i] for i in _near(words, held, first) if known.get(i)), None) if held else None
        marked = alone and last == first and words.words[first] in self.homographs
        ranked = []
        for person, full in persons:
            state, office = person.at(article.on)
            if (
                state == "later"
                and not full
                and person.offices[0].since - article.on > _TOO_EARLY
                and not held
            ):
                continue
            score = {"active": 3.0, "next": 2.6, "former": 1.5, "later": 0.0}[state] + office.rank
            if state == "former" and article.on - office.until > _LONG_AGO:
                score -= 1.0
            code = office.code if state == "active" else person.home or office.code
            score += 2 * (article.evidence[code or ""] >= 0.9 or article.evidence[person.home or ""] >= 0.9)
            often = (code or "") in _OFTEN_NAMED
            score += 0.8 * often + (0.3 + 0.7 * often) * (len(persons) == 1 and not marked)
            score += 20 * full + 10 * (person.person_id in article.full and not full)
            if held:
                fits = any(o.office in held.title.offices and o.since <= article.on for o in person.offices)
                score += 3 if fits else 0.5
                if owner and owner not in (code, person.home, *(o.code for o in person.offices)):
                    score -= 6
            ranked.append((score, state == "active", person, state, office, code, full))
        if not ranked:
            return None
        ranked.sort(key=lambda r: (-r[0], not r[1], r[2].person_id))
        score, _, person, state, office, code, full = ranked[0]
        needed = ENOUGH
        if also_static and not full:
            needed = 9.0 if not held else 6.0
        if marked and (words.style != "sentence" or words.begins_sentence(first)) and not held:
            if person.person_id not in article.full and not self._acts(words, first):
                return None
            needed += 0.3
        if marked and not held and person.person_id not in article.full and state != "active":
            return None
        if alone and first == last and words.words[first] in self.given and not held:
            needed += 0.8
        if score < needed:
            return None
        certainty = min(0.97, 0.55 + score / 40) * office.certainty
        rivals = [r for r in ranked[1:] if r[5] != code and score - r[0] < 1.5]
        if rivals:
            if not full and not held and score - rivals[0][0] < 0.3 and person.person_id not in article.full:
                return None
            certainty *= 0.75
        role = {"active": office.role, "next": None, "former": f"former {office.role}", "later": None}[state]
        if held and held.role:
            role = held.role
        country = code if code and self._is_state(code) else None
        start, end = words.starts[first], words.ends[self._extent(words, last)]
        return Mention(
            start,
            end,
            words.text[start:end],
            code or None,
            "person",
            person.name,
            country,
            role,
            person.person_id,
            round(certainty, 3),
        )

    def _title_of(self, words: Words, first: int, last: int) -> Held | None:
        """The title before or after a name."""
        if first > 0 and words.gap(first - 1) in (" ", ". ", ", ", "-"):
            held = self.titles.ending_at(words, first - 1)
            if held and not (
                words.gap(first - 1) == ", " and first == last and not words.is_capital(held.first)
            ):
                return held
        if last + 1 < len(words) and words.gap(last) in (", ", " ("):
            for start in range(last + 1, min(len(words), last + 5)):
                if start > last + 1 and words.gap(start - 1) not in (" ", "'", "’", "-", ". "):
                    return None
                if held := self.titles.starting_at(words, start):
                    return held
        return None

    def _belongs_to_other(
        self, words: Words, first: int, last: int, key: str, persons: list[tuple[Person, bool]]
    ) -> bool:
        """Whether a surname belongs to the name of somebody else ("Peggy Kerry") or of a thing ("Brown University")."""
        return self._has_other_before(words, first, key, persons) or self._has_thing_after(words, last)

    def _has_other_before(
        self, words: Words, first: int, key: str, persons: list[tuple[Person, bool]]
    ) -> bool:
        if first == 0 or words.gap(first - 1) not in (" ", "-", ". ", "’", "'", " & "):
            return False
        before, gap = words.words[first - 1], words.gap(first - 1)
        if gap in ("-", " & "):
            return gap == " & " or before not in _PREFIXES
        if before == "the":
            return key in self.homographs
        if not words.is_capital(first - 1):
            return False
        if gap != " ":
            return len(before) == 1 and gap in (". ", "'", "’")
        if len(before) == 1:
            return True
        if any(before in key_of(p.name).split() for p, _ in persons):
            return False
        if before in self.given and not (before in self.homographs and words.style != "sentence"):
            return True
        if words.style != "sentence" or any(s.kind != "place" for s in self.senses.get(before, ())):
            return False
        if words.begins_sentence(first - 1) and not self._looks_like_given(before):
            return False
        return not self.titles.ending_at(words, first - 1)

    def _has_thing_after(self, words: Words, last: int) -> bool:
        if last + 1 >= len(words) or not words.is_capital(last + 1):
            return False
        after, gap = words.words[last + 1], words.gap(last)
        if gap == " & ":
            return True
        if gap in ("-", "–"):
            return after not in self.senses and after not in self.people
        return (
            gap == " "
            and words.style == "sentence"
            and after not in self.senses
            and not self.titles.starting_at(words, last + 1)
        )

    def _looks_like_given(self, word: str) -> bool:
        """Whether a word at the beginning of a sentence is rather a given name than an adverb or participle."""
        return len(word) > 3 and word not in self.titles.openers and not word.endswith(("ing", "ly", "ed"))

    def _extent(self, words: Words, last: int) -> int:
        """The last word of a person's name, where the text gives more of it than the list: "Tamim bin Hamad al-Thani"."""
        if words.style != "sentence":
            return last
        particles = self.titles.particles
        while last + 1 < len(words) and words.gap(last) in (" ", "-"):
            step = last + 1
            while step + 1 < len(words) and words.words[step] in particles and words.gap(step) in (" ", "-"):
                step += 1
            if step == last + 1 and words.gap(last) != "-":
                break
            if not words.is_capital(step) or words.words[step] in self.codes:
                break
            last = step
        return last

    @staticmethod
    def _acts(words: Words, i: int) -> bool:
        """Whether a surname that is also a word ("May", "Ban") stands as one that does something: "May says"."""
        if not words.begins_sentence(i) and i > 0 and words.words[i - 1] not in ("and", "as", "but", "while"):
            return False
        if i + 1 >= len(words):
            return False
        after = words.words[i + 1]
        if words.gap(i) == " " and after in _ACTED:
            return True
        return (words.gap(i) in ("'", "’") and after == "s") or (
            words.gap(i) == " " and after.endswith(("s", "ed")) and len(after) > 3
        )


_OF_A_CITY = frozenset(
    [
        "airport",
        "attack",
        "attacks",
        "bomber",
        "bombers",
        "bombing",
        "bombings",
        "court",
        "metro",
        "police",
        "prosecutor",
        "prosecutors",
        "suburb",
    ]
)
_ACTED = frozenset(
    [
        "said",
        "told",
        "met",
        "to",
        "flew",
        "held",
        "gave",
        "sent",
        "took",
        "left",
        "came",
        "went",
        "spoke",
        "saw",
        "won",
        "made",
        "put",
        "led",
        "drew",
        "hit",
        "struck",
        "sought",
    ]
)
_PREFIXES = frozenset({"anti", "pro", "non", "ex", "post", "pre", "then", "us", "the"})
_BEFORE_MONTHS = frozenset(
    {
        "in",
        "of",
        "since",
        "until",
        "by",
        "last",
        "this",
        "next",
        "early",
        "late",
        "mid",
        "from",
        "during",
        "on",
    }
)
_SMALL_LEADS = frozenset(
    {"al", "el", "de", "the", "former", "mainland", "state", "northern", "eastern", "mali", "ex"}
)


def _is_shouted(words: Words, first: int, last: int) -> bool:
    """Whether a name stands in capitals where the text around does not: an acronym then."""
    return words.style != "caps" and words.surface(first, last).isupper()


def _is_month(words: Words, i: int) -> bool:
    """Whether "May" is the month: "in May", "May 23", "23 May"."""
    if words.words[i] not in ("may", "march", "august"):
        return False
    around = words.words[max(0, i - 1) : i] + words.words[i + 1 : i + 2]
    return any(w.isdigit() or w in _BEFORE_MONTHS for w in around)


def _near(words: Words, held: Held, first: int) -> range | tuple[int, ...]:
    """Words that may say whose officer a titled person is."""
    if held.last < first:
        return owners_before(words, held.first, 2)
    return range(held.first - 1, first, -1)


def _mention(
    words: Words,
    first: int,
    last: int,
    sense: Sense,
    code: str | None,
    certainty: float,
    kind: str | None = None,
) -> Mention:
    start, end = words.starts[first], words.ends[last]
    if words.text[end : end + 1] == "." and len(words.words[last]) == 1 and "." in words.text[start:end]:
        end += 1  # the last dot of "U.S."
    country = sense.country if code == sense.code else code
    return Mention(
        start,
        end,
        words.text[start:end],
        code,
        kind or sense.kind,
        sense.name,
        country,
        sense.role,
        sense.actor_id,
        certainty,
    )


def _with_elliptic(words: Words, mentions: list[Mention]) -> list[Mention]:
    """Add the first of "North and South Korea", which leaves its noun to the second."""
    added = []
    for mention in mentions:
        if mention.code not in ("PRK", "KOR") or not mention.text.lower().startswith(("north ", "south ")):
            continue
        match = re.search(r"\b(North|South)( and | & |, |/|-)$", words.text[: mention.start])
        if match and match[1].lower() != mention.text.split()[0].lower():
            code, name = ("PRK", "North Korea") if match[1] == "North" else ("KOR", "South Korea")
            start, end = match.span(1)
            added.append(
                replace(
                    mention,
                    start=start,
                    end=end,
                    text=match[1],
                    code=code,
                    name=name,
                    country=code,
                    actor_id=code,
                )
            )
    if not added:
        return mentions
    taken = {m.start for m in added}
    return sorted([m for m in mentions if m.start not in taken] + added, key=lambda m: m.start)
