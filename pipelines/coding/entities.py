"""The article's list of entities: people, bodies and states that matter to its acts, each once, under its fullest name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from pipelines.coding.actors import WEAK, Mention, credits
from pipelines.coding.people import Titles
from pipelines.coding.records import FIELDS, Entity
from pipelines.coding.words import Words, key_of

_BODIES = ("group", "agency", "organisation")
_STATES = ("state", "adjective", "demonym", "capital", "seat", "region")
_DATES = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december"
)
_DAYS = frozenset(_DATES.split())
_LINKS = frozenset(["of", "for", "the", "and", "de", "del", "al", "du", "des"])


def entities(
    fields: Mapping[str, str],
    mentions: Mapping[str, Sequence[Mention]],
    codes: Collection[str],
    titles: Titles,
) -> tuple[Entity, ...]:
    """The entities of one article, in the order in which they stand first.

    codes: the sources and targets of the article's acts; an article without acts has no entities. States and
    international organisations are listed where they have a part in an act, people and bodies wherever named.
    """
    if not codes:
        return ()
    found: dict[tuple[str, str], Entity] = {}
    for entity, key in _all(fields, mentions, frozenset(codes), titles):
        known = found.get(key)
        if known is None:
            found[key] = entity
        elif len(entity.name) > len(known.name) and entity.type == known.type:
            found[key] = Entity(
                entity.name,
                known.type,
                known.country or entity.country,
                known.role or entity.role,
                known.actor_id or entity.actor_id,
                *(
                    (entity.field, entity.start, entity.end)
                    if entity.type != "state"
                    else (known.field, known.start, known.end)
                ),
            )
        elif entity.role and not known.role:
            found[key] = Entity(
                known.name,
                known.type,
                known.country,
                entity.role,
                known.actor_id,
                known.field,
                known.start,
                known.end,
            )
    return tuple(found.values())


def _all(
    fields: Mapping[str, str],
    mentions: Mapping[str, Sequence[Mention]],
    codes: frozenset[str],
    titles: Titles,
) -> Iterator[tuple[Entity, tuple[str, str]]]:
    for field in FIELDS:
        text = fields.get(field) or ""
        here = list(mentions.get(field, ()))
        strangers = _bodies(text, here, titles)
        covered = {i for b in strangers for i in range(b.start, b.end)}
        kept = [m for m in here if m.start not in covered]
        for m in sorted([*kept, *strangers], key=lambda m: m.start):
            made = _entity(field, m, codes, titles)
            if made:
                yield made


def _entity(
    field: str, m: Mention, codes: frozenset[str], titles: Titles
) -> tuple[Entity, tuple[str, str]] | None:
    """The entity that a mention stands for, and what makes it the same as another's."""
    if m.kind == "person":
        name = _without_title(m.text, titles)
        start = m.end - len(name)
        return Entity(name, "person", m.country, m.role, m.actor_id, field, start, m.end), (
            "person",
            m.actor_id or key_of(m.name),
        )
    if m.kind in _BODIES:
        if (
            m.code
            and m.country is None
            and m.kind == "organisation"
            and (m.actor_id == m.code or _is_main_organ(m.name))
        ):
            if m.code not in codes:
                return None
            return Entity(m.text, "igo", None, None, m.actor_id, field, m.start, m.end), ("igo", m.name)
        if m.certainty == WEAK or (m.country and m.country not in codes):
            return None
        return Entity(m.text, "organisation", m.country, m.role, m.actor_id, field, m.start, m.end), (
            "body",
            m.actor_id or key_of(m.text),
        )
    if m.kind in _STATES and m.code in codes:
        name = m.text if m.kind == "state" else m.name
        return Entity(name, "state", m.country, None, m.code, field, m.start, m.end), ("state", m.code)
    return None


def _is_main_organ(name: str) -> bool:
    return name.startswith(
        ("European ", "UN Security", "UN General", "Council of the", "North Atlantic Council")
    )


def _without_title(name: str, titles: Titles) -> str:
    """A person's name without the title that a list keeps with it: "Crown Prince Mohammed bin Salman"."""
    words = Words(name)
    held = titles.starting_at(words, 0)
    if held and held.last + 2 < len(words) and words.words[0] != "prince":
        return name[words.starts[held.last + 1] :]
    return name


def _bodies(text: str, mentions: Sequence[Mention], titles: Titles) -> list[Mention]:
    """Bodies that no list knows, by a word that says what they are ("Xinjiang Public Security Bureau"), and known
    ones with the nationality before them ("Russian Defence Ministry")."""
    words = Words(text)
    if words.style != "sentence":
        return []
    masked = credits(text)
    limit = masked[0] if masked else len(text)
    at = {i: m for m in mentions for i in range(words.after(m.start), words.after(m.end))}
    found = []
    i = 0
    while i < len(words) and words.ends[i] <= limit:
        last = _run_end(words, i, _DAYS) if words.is_capital(i) else i
        first = i
        if first == 0 or words.begins_sentence(first):
            while (
                first < last
                and first not in at
                and words.words[first] in ("the", "a", "an", "in", "on", "after", "meanwhile", "both")
            ):
                first += 1
        i = last + 1
        names = [k for k in range(first, last + 1) if words.words[k] in titles.bodies]
        if (
            last == first
            or not names
            or any(k in at and at[k].kind == "person" for k in range(first, last + 1))
        ):
            continue
        if titles.starting_at(words, last) or all(
            k in at and at[k] is at[first] for k in range(first, last + 1)
        ):
            continue
        if any(
            k in at and at[k].kind in _BODIES and at[k].country is None and at[k].code
            for k in range(first, last + 1)
        ):
            continue
        owner = next((at[k] for k in range(first, last + 1) if k in at and at[k].country), None)
        start, end = words.starts[first], words.ends[last]
        name = text[start:end]
        found.append(
            Mention(
                start,
                end,
                name,
                owner.code if owner else None,
                "agency",
                name,
                owner.country if owner else None,
                None,
                None,
                0.5,
            )
        )
    return found


def _run_end(words: Words, first: int, not_names: Collection[str]) -> int:
    """The last word of the capitalised run that begins at `first`; small linking words may stand inside."""
    last = first
    while last + 1 < len(words):
        step = last + 1
        if words.gap(last) not in (" ", "-", "’", "'", ". ", "."):
            break
        if words.gap(last) in (". ", ".") and len(words.words[last]) > 3:
            break
        if words.gap(last) in ("’", "'") and words.words[step] == "s":
            break
        if words.words[last] in not_names:
            break
        while (
            step + 1 < len(words)
            and words.words[step] in _LINKS
            and not words.is_capital(step)
            and words.gap(step) == " "
        ):
            step += 1
        if step > last + 1 and words.words[last + 1] == "the":
            break
        if not words.is_capital(step):
            break
        if step > last + 1 and words.words[last + 1] == "and":
            break
        last = step
    return last
