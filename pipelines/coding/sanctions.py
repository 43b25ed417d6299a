"""Sanctions records: what kind of measure, on whom, by which instrument, why, and from when.

The vocabularies are tables (measures.csv, reasons.csv, instruments.csv); here is only how they are read and which
part of an article speaks of which act.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pipelines.coding import dates
from pipelines.coding.records import Article, Entity, Event, Evidence, Sanction
from pipelines.coding.reference import read_csv
from pipelines.settings import DATA

REFERENCE = DATA / "reference"
ACTIONS = ("impose", "extend", "renew", "ease", "lift", "threaten")


# --- the vocabularies -------------------------------------------------------------------------------------------


def phrase_pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for phrases as the tables write them: `*` ends a word stem, `...` stands for up to five words.

    None for no phrases. Case does not matter, nor does the kind of space or hyphen between words.
    """
    parts = []
    for phrase in phrases:
        words = [re.escape(word).replace(r"\*", r"[\w’'-]*") for word in phrase.split()]
        pattern = ""
        for index, word in enumerate(words):
            if word == r"\.\.\.":
                pattern += r"(?:[ \t]+[\w’'$€£.-]+){0,8}?[ \t]+"
            else:
                pattern += (r"[ \t-]+" if index and words[index - 1] != r"\.\.\." else "") + word
        parts.append(pattern)
    return re.compile(r"\b(?:" + "|".join(parts) + r")(?!\w)", re.I) if parts else None


@dataclass(frozen=True)
class Vocabulary:
    """The tables, compiled. measures and reasons: (code, pattern) in the order of the tables."""

    measures: tuple[tuple[str, re.Pattern], ...]
    reasons: tuple[tuple[str, re.Pattern], ...]
    instruments: tuple[tuple[str, re.Pattern], ...]


@cache
def vocabulary(folder: Path = REFERENCE) -> Vocabulary:
    """The sanctions vocabularies of a folder; wrong patterns are named with file and line."""
    measures, reasons, instruments = [], [], []
    for name, found in (("measures.csv", measures), ("reasons.csv", reasons)):
        for row in read_csv(folder / name, ("code", "phrases"), key="code"):
            pattern = phrase_pattern(row.items_of("phrases"))
            if pattern:
                found.append((row["code"], pattern))
    for row in read_csv(folder / "instruments.csv", ("code", "pattern"), key="code"):
        try:
            instruments.append((row["code"], re.compile(row["pattern"])))
        except re.error as error:
            row.fail(f"column pattern is no regular expression: {error}")
    return Vocabulary(tuple(measures), tuple(reasons), tuple(instruments))


_WIDER = {
    "export_control": ("arms_embargo",),
    "trade_ban": (
        "arms_embargo",
        "export_control",
        "transport_ban",
        "travel_ban",
        "visa_restriction",
        "investment_ban",
    ),
}


def measures_in(text: str, vocab: Vocabulary | None = None) -> tuple[str, ...]:
    """The kinds of measure that a text names, in its order."""
    spans = {
        code: [m.span() for m in pattern.finditer(text)] for code, pattern in (vocab or vocabulary()).measures
    }
    # a ban on arms, on transit or of a visa is no ban on trade: the wider word gives way to the narrower
    for wider, narrower in _WIDER.items():
        inner = [span for code in narrower for span in spans.get(code, ())]
        spans[wider] = [
            (start, end)
            for start, end in spans.get(wider, ())
            if not any(a < end and start < b for a, b in inner) or text[start:end].lower() == "blockade"
        ]
    return tuple(sorted((code for code, found in spans.items() if found), key=lambda code: spans[code][0]))


def instrument_in(text: str, vocab: Vocabulary | None = None) -> str | None:
    """The first legal act that a text names, as written."""
    first: re.Match | None = None
    for _, pattern in (vocab or vocabulary()).instruments:
        match = pattern.search(text)
        if match and (first is None or match.start() < first.start()):
            first = match
    if first is None:
        return None
    named = re.sub(r"^.*,\s+the\s+", "", " ".join(first.group().split()))
    return re.sub(r"^(?:The|An?|Under|By)\s+", "", named)


_ANSWER = re.compile(
    r"\b(?:in\s+(?:response|reply|retaliation|return|answer|reaction|reprisal|revenge)|retaliat\w+|tit[\s-]for[\s-]tat|reciproc\w+|"
    r"as\s+an?\s+(?:response|answer|reply|reaction)|an?\s+(?:answer|reply|response)\s+to|mirror\w*|counter-?measures?|in\s+kind|responding\s+to|"
    r"respond(?:s|ed)?\s+(?:to|by|with)|hits?\s+back|strikes?\s+back|symmetrical)\b(?P<to>\s+(?:to|for|against|over))?",
    re.I,
)
_A_MEASURE = re.compile(
    r"\b(?:sanction\w*|expul\w+|expel\w*|tariff\w*|bans?|banned|blacklist\w*|clos(?:ing|ure)\w*|freez\w*|froze\w*|eject\w*|measures?|designat\w+|"
    r"ouster|oust\w*|kick\w*|restrict\w+|move|moves|step|steps|embargo\w*|persona\s+non\s+grata|dut(?:y|ies)|lev(?:y|ies)|decision|cap|penalt\w+|curbs?)\b",
    re.I,
)
_CAUSE = re.compile(
    r"\b(?:over|for|because(?:\s+of)?|citing|accus(?:ing|ed|es)|due\s+to|on\s+account\s+of|as\s+punishment\s+for|to\s+punish|punish\w*|"
    r"since|on\s+(?:suspicion|charges|accusations|allegations)\s+of|alleg(?:ing|ed|edly)|linked\s+to|involved\s+in|involvement\s+in|"
    r"suspected\s+of|blam(?:ed|ing)\s+for|responsible\s+for|in\s+protest\s+(?:at|of|against|over)|saying|charging|after|following|"
    r"in\s+(?:response|reaction)\s+to|response\s+to|against|aimed\s+at|in\s+connection\s+with|as\s+part\s+of|in\s+the\s+wake\s+of|amid)\b",
    re.I,
)
_STRONG_CAUSE = re.compile(
    r"^(?:over|because|citing|accus|due|on\s|as\s+pun|to\s+pun|pun|alleg|suspect|blam|respons|in\s+prot|charging|in\s)",
    re.I,
)
_NO_CAUSE = re.compile(
    r"^\s*(?:(?:an?|another|the|its|at\s+least|more\s+than|about|up\s+to)\s+)?(?:\d|first|next|last|now|example|consultations|talks|the\s+time|the\s+first|"
    r"\w+\s+(?:days?|weeks?|months?|years?|hours?)|years?|months?|weeks?|days?|hours?|(?:north|south)?\s*[A-Z][a-z]+\s*[.,]?$)"
)


def reason_in(text: str, event_answers: bool = False, vocab: Vocabulary | None = None) -> str | None:
    """Why, as the text states it: a code of reasons.csv, retaliation, other, or None where it gives no reason.

    event_answers: the act is known to answer another. Retaliation is only the answer to a measure; the answer to
    an attack or an annexation has the reason of that act.
    """
    vocab = vocab or vocabulary()

    def category(part: str) -> str | None:
        hits = [
            (m.start(), i, code)
            for i, (code, pattern) in enumerate(vocab.reasons)
            if (m := pattern.search(part))
        ]
        return min(hits)[2] if hits else None

    answer = _ANSWER.search(text)
    if answer or event_answers:
        rest = text[answer.end() :] if answer and answer["to"] else ""
        rest = re.split(r"(?<![A-Z])\.(?:\s|$)|;", rest)[0]
        if not rest or _A_MEASURE.search(rest):
            return "retaliation"
        return category(rest) or "other"
    stated = None
    for cue in _CAUSE.finditer(text):
        rest = re.split(r"[;]|\.\s|,\s+(?:and\s+)?(?:the|its|his|a)\b", text[cue.end() : cue.end() + 160])[0]
        if _NO_CAUSE.match(rest):
            continue
        found = category(rest)
        if found:
            return found
        if stated is None and _STRONG_CAUSE.match(cue.group()):
            stated = "other"
    direct = re.search(
        r"\b(nuclear|missile|human[\s-]rights|cyber|terror(?:ism)?|chemical[\s-]weapons|corruption)[\s-](?:related\s+)?(?:sanctions|penalties|measures|curbs)\b",
        text,
        re.I,
    )
    if direct:
        return category(direct.group())
    return stated


_RENEW = re.compile(
    r"\b(?:renew\w*|prolong\w*|roll(?:s|ed|ing)?\s+over|keep|keeps|maintain\w*|for\s+(?:another|a\s+further|an\s+additional)\s+(?:\w+\s+)?(?:year|months?|weeks?))\b",
    re.I,
)
_EXTEND_TIME = re.compile(
    r"\bexten(?:d\w*|sion)\b(?=[^.;]*\b(?:for|by|until|till|through)\s+(?:\w+\s+){0,4}(?:years?|months?|weeks?|days?|January|February|March|April|May|June|July|August|September|October|November|December|20\d\d)\b)|\b(?:one|two|three|six|ten|twelve|\d+)-(?:year|month)\s+extension\b",
    re.I,
)
_EXTEND = re.compile(
    r"\b(?:exten(?:d\w*|sion)|expand\w*|widen\w*|broaden\w*|tighten\w*|toughen\w*|tougher|strengthen\w*|stiffen\w*|stricter|harsher|beef(?:s|ed|ing)?\s+up|step(?:s|ped|ping)?\s+up|"
    r"rais(?:e|es|ed|ing)|increas\w+|doubl(?:e|es|ed|ing)|tripl(?:e|es|ed|ing)|hik(?:e|es|ed|ing)|ramp(?:s|ed|ing)?\s+up|escalat\w+|intensif\w+|bolster\w*|"
    r"(?:further|more|additional|fresh\s+round|another\s+round|wider|stronger|new\s+round|add\w*\s+(?:names?|to\s+the\s+(?:list|blacklist)))\s*(?:of\s+)?(?:\w+\s+){0,2}(?:sanctions|measures|curbs|restrictions|penalties))\b",
    re.I,
)
_EASE = re.compile(
    r"\b(?:eas(?:e|es|ed|ing)|relax\w*|loosen\w*|waiv\w+|exempt\w*|exception\w*|licen[cs]e\w*|suspend\w*|suspension|paus(?:e|es|ed|ing)|delay\w*|postpon\w*|defer\w*|on\s+hold|shelv\w+|"
    r"partial\w*|some|part\s+of|partly|unfree?z\w*|unfroz\w*|releas\w+|soften\w*|allow\w*|permit\w*|carve-?out|temporar\w+|reduc\w+|cut(?:s|ting)?|lower\w*|halv\w+|truce|roll(?:s|ed|ing)?\s+back\s+some|scal\w+\s+back|weaken\w*)\b",
    re.I,
)
_LIFT = re.compile(
    r"\b(?:lift\w*|scrap\w*|remov\w*|drop\w*|end(?:s|ed|ing)?|put(?:s|ting)?\s+an\s+end|revok\w+|repeal\w*|rescind\w*|cancel\w*|abolish\w*|delist\w*|(?:take(?:s|n)?|took)\s+(?:[\w’'-]+\s+){0,6}off|str(?:ikes?|uck|icken)\s+(?:[\w’'-]+\s+){0,6}(?:off|from)|scrub\w*|delet\w*|c[ao]mes?\s+off|reopen\w*|re-open\w*|"
    r"revers\w+|withdr[ae]w\w*|terminat\w+|restor\w+|resum\w+|axe[sd]?|ditch\w*|free\s+to|takes?\s+back|let\w*\s+go)\b",
    re.I,
)


def action_of(type: str, mode: str | None, trigger: str, sentence: str) -> str | None:
    """What is done with the measure (impose, extend, renew, ease, lift, threaten), or None for an act that has no
    sanctions record: a threat that is not about sanctions, a concession that eases nothing."""
    if type == "THREATEN":
        return "threaten" if mode == "restrict" else None
    if type == "CONCEDE":
        if mode != "ease":
            return None
        if _LIFT.search(trigger):
            some = re.search(
                re.escape(trigger) + r"\w*\s+(?:some|part|certain|several|most|a\s+number)\b", sentence, re.I
            )
            some = some or re.search(
                r"(?:partial\w*|partly|temporaril\w*)\s+(?:\w+\s+)?" + re.escape(trigger), sentence, re.I
            )
            return "ease" if some else "lift"
        if _EASE.search(trigger):
            return "ease"
        return "lift" if _LIFT.search(sentence) and not _EASE.search(sentence) else "ease"
    if type != "SANCTION" or mode not in ("sanction", "expel"):
        return None
    if mode == "expel":
        return "impose"
    near = _near(sentence, trigger)
    if _RENEW.search(trigger) or _RENEW.search(near) or _EXTEND_TIME.search(sentence):
        return "renew"
    if _EXTEND.search(trigger) or _EXTEND.search(near):
        return "extend"
    return "impose"


def _near(sentence: str, trigger: str) -> str:
    """The trigger and what it governs: up to eight words after it, two before."""
    match = re.search(re.escape(trigger), sentence)
    if not match:
        return trigger
    before = re.findall(r"[\w’'-]+", re.split(r"[,;:.]", sentence[: match.start()])[-1])[-4:]
    after = re.split(r"[,;:.]", sentence[match.end() :])[0]
    return " ".join([*before, trigger, *re.findall(r"[\w’'-]+", after)[:8]])


# --- the records ------------------------------------------------------------------------------------------------


def sanction_records(
    article: Article, events: Sequence[Event], entities: Sequence[Entity] = ()
) -> tuple[Sanction, ...]:
    """The sanctions records of an article, in the order of its events; a reciprocal act gives one for each side."""
    records = []
    for ordinal, event in enumerate(events):
        record = sanction_record(event, ordinal, article, events, entities)
        if record is None:
            continue
        records.append(record)
        if event.reciprocal:
            from dataclasses import replace

            records.append(replace(record, sender=record.target, target=record.sender, designees=()))
    return tuple(records)


def sanction_record(
    event: Event,
    ordinal: int,
    article: Article,
    events: Sequence[Event] = (),
    entities: Sequence[Entity] = (),
) -> Sanction | None:
    """The sanctions record of one act, or None where the act needs none (coding guide, "A sanctions record").

    events: all acts of the article, to know which sentences speak of others. entities: the article's named people
    and bodies, from which the designees are taken.
    """
    if not event.evidence or not _about_sanctions(event):
        return None
    first = event.evidence[0]
    actions = [action_of(event.type, event.mode, e.trigger, e.sentence) for e in event.evidence]
    action = next((a for a in actions if a and a != "impose"), actions[0])
    if action is None:
        return None
    scope = _scope(event, article, events)
    text = "\n".join(part for _, _, part in scope)
    if (event.type == "SANCTION" and event.mode == "expel") or (
        action == "lift" and re.search(r"\bexpulsion|expel", first.sentence, re.I)
    ):
        measures: tuple[str, ...] = ("diplomatic_expulsion",)
    else:
        measures = tuple(m for m in measures_in(text) if m != "diplomatic_closure") or ("unspecified",)
    designees = () if measures == ("diplomatic_expulsion",) else _designees(event, article, scope, entities)
    announced, effective = _days(event, article, scope)
    return Sanction(
        event=ordinal,
        sender=event.source,
        target=event.target,
        action=action,
        measures=measures,
        designees=designees,
        count=event.count,
        unit=event.unit,
        instrument=instrument_in(text) or instrument_in(first.sentence),
        reason=_reason(
            event,
            scope,
            event.response_to is None
            and any(o.response_to == (event.source, event.target, event.type) for o in events),
        ),
        status=event.status,
        announced=announced,
        effective=effective,
    )


def _reason(event: Event, scope: Sequence[tuple[str, int, str]], is_answered: bool = False) -> str | None:
    """The reason that the act's own sentences give, title first; an act that is itself answered is no retaliation."""
    if event.response_to and event.response_to[2] == "SANCTION":
        return "retaliation"
    for evidence in event.evidence:
        at = evidence.sentence.find(evidence.trigger)
        answered = any(a["to"] and a.end() <= at for a in _ANSWER.finditer(evidence.sentence))
        if answered and event.response_to is None:
            is_answered = True
            found = reason_in(evidence.sentence[at:])
        else:
            found = reason_in(evidence.sentence, event.response_to is not None)
        if found == "retaliation" and is_answered:
            found = None
        if found:
            return found
    found = (reason_in(part) for _, _, part in scope)
    return next((f for f in found if f and not (is_answered and f in ("retaliation", "other"))), None)


_SANCTIONS_WORDS = re.compile(
    r"sanction|tariff|embargo|\bban(?:s|ned|ning)?\b|asset|freez|froze|blacklist|visa|dut(?:y|ies)|restrict|penalt|measures|levy|levies|curb|boycott|cut off|trade|import|export|oil|gas|airspace|airlines|aid|next|respond|quota",
    re.I,
)


def _about_sanctions(event: Event) -> bool:
    if event.type == "THREATEN":
        return event.mode == "restrict" and any(_SANCTIONS_WORDS.search(e.sentence) for e in event.evidence)
    return (event.type, event.mode) in (("SANCTION", "sanction"), ("SANCTION", "expel"), ("CONCEDE", "ease"))


def _key(event: Event) -> tuple:
    return event.source, event.target, event.type, event.mode


def _scope(event: Event, article: Article, events: Sequence[Event]) -> list[tuple[str, int, str]]:
    """The parts of the text that speak of this act, as (field, offset, text): its own sentences, cut where another
    act's trigger begins, and the sentence after each where that holds no other act."""
    parts: list[tuple[str, int, str]] = []
    taken: set[tuple[str, int]] = set()
    for evidence in event.evidence:
        field = getattr(article, evidence.field)
        left, right = dates.sentence_around(field, evidence.start, evidence.end)
        if (evidence.field, left) in taken:
            continue
        taken.add((evidence.field, left))
        others = sorted(
            {
                (other.start, other.end)
                for act in events
                if _verbs(act) and _act_key(act) != _act_key(event)
                for other in act.evidence
                if other.field == evidence.field
                and left <= other.start < right
                and other.start != evidence.start
            }
        )
        low, high = left, right
        for start, end in others:
            if start >= evidence.end:
                high = min(high, _cut(field, evidence.end, start) or high)
            else:
                low = max(low, _cut(field, end, evidence.start) or low)
        parts.append((evidence.field, low, field[low:high]))
        if high == right:
            parts += _follow(event, evidence, right, article, events, taken)
    return parts


def _follow(
    event: Event,
    evidence: Evidence,
    right: int,
    article: Article,
    events: Sequence[Event],
    taken: set[tuple[str, int]],
) -> list[tuple[str, int, str]]:
    """The sentence after an act's own (a title's is the lead), as far as no other act begins in it and it goes on
    about measures."""
    name = "summary" if evidence.field == "title" and article.summary else evidence.field
    field = getattr(article, name)
    at = 0 if name != evidence.field else right + 2
    if at >= len(field):
        return []
    low, high = dates.sentence_around(field, at, at + 1)
    if (name, low) in taken or (name == evidence.field and low < right):
        return []
    others = [
        other.start
        for act in events
        if _verbs(act) and (act.source != event.source or act.type != event.type)
        for other in act.evidence
        if other.field == name and low <= other.start < high
    ]
    if others:
        high = _cut(field, low, min(others)) or min(others)
    text = field[low:high]
    if len(text) < SHORT or not _CONTINUES.search(text):
        return []
    taken.add((name, low))
    return [(name, low, text)]


SHORT = 25  # characters; a shorter rest of a sentence says nothing of measures
_CONTINUES = re.compile(
    r"\b(?:asset|freez|froze|travel|visa|embargo|ban(?:s|ned)?\b|barr|sanction|list|restrict|measure|tariff|blacklist|cut\s+off|designat|penalt|target|"
    r"import|export|compan|firm|bank|individual|entit|include|including|among)",
    re.I,
)


def _verbs(act: Event) -> bool:
    return act.type in ("SANCTION", "CONCEDE", "THREATEN", "COERCE")


def _act_key(event: Event) -> tuple:
    """Acts that one trigger says of several pairs share their words."""
    return event.type, event.mode, event.evidence[0].field, event.evidence[0].start


def _cut(text: str, left: int, right: int) -> int | None:
    """Where to cut between two triggers: at the last clause boundary between them; None where there is none."""
    boundary = None
    for match in re.finditer(
        r"[;:]\s|,\s|\s(?:and|while|but|after|which|that|who|over|in\s+(?:response|retaliation|reply|answer|return|reaction))\s",
        text[left:right],
    ):
        boundary = left + match.start()
    return boundary


_SPEECH_AFTER = re.compile(
    r"^\s*(?:,[^,]{0,60},)?\s*(?:said|says|told|announced|announces|added|called|warned|stated|declared|tweeted|wrote|signed|signs|ordered|orders|urged|vowed|insisted|described|denounced|condemned|welcomed)\b",
    re.I,
)
_ON_LIST_BEFORE = re.compile(
    r"\b(?:sanction\w*|blacklist\w*|designat\w*|list(?:ed|s|ing)?|nam(?:ed|es|ing)|includ(?:e|es|ing|ed)|among\s+(?:them|those|whom)|assets|accounts|"
    r"target\w*|hits?|hitting|bars?|barr(?:ed|ing)|bans?|bann(?:ed|ing)|froze|freez\w*|frozen|add(?:s|ed|ing)?|off|unfroz\w*|unfreez\w*|brand\w*|puts?|delist\w*|"
    r"penali[sz]\w*|punish\w*|exempt\w*|waiv\w*|dealings\s+with|transactions\s+with|daughters?|sons?|penalt\w+|restrictions|takes?|took|taken|lets|licen[cs]es?|persona)\b",
    re.I,
)


def _designees(
    event: Event, article: Article, scope: Sequence[tuple[str, int, str]], entities: Sequence[Entity]
) -> tuple[str, ...]:
    """The named people, bodies, ships and firms that the act puts on or takes off a list."""
    names: list[str] = []
    for _, _, part in scope:
        for entity in sorted(entities, key=lambda e: e.start):
            if entity.type not in ("person", "organisation") or entity.country == event.source:
                continue
            if entity.country not in (None, event.target) and event.target not in _HOMELESS:
                continue
            place = _find_name(part, entity.name)
            if place is None:
                continue
            start, end = place
            if _SPEECH_AFTER.match(part[end:]) or not _in_list(part, start, end):
                continue
            if entity.name not in names:
                names.append(entity.name)
    known = {entity.name for entity in entities}
    for _, _, part in scope:
        for name, at in _called(part):
            if (
                not any(name in k or k in name for k in known)
                and not dates.find_dates(name, article.reference)
                and _in_list(part, at, at + len(name))
                and not _SPEECH_AFTER.match(part[at + len(name) :])
                and name not in names
            ):
                names.append(name)
    return tuple(names)


def _called(part: str) -> Iterator[tuple[str, int]]:
    """Names that no list need know, since the text says what they are, and where they stand."""
    for match in _CALLED.finditer(part):
        for name in re.split(r",\s+(?:and\s+)?|\s+and\s+", match["names"]):
            name = re.sub(r"^the\s+|\s+of$", "", name).strip()
            if len(name) > 1:
                yield name, part.find(name, match.start())


_NAME = r"[A-Z][\w&+’'-]*\w\+?(?:\s+(?:[A-Z][\w&+’'-]*|of|\d+)(?=[\s,.;)]|$)){0,4}"
_CALLED = re.compile(  # "the arms agency SSB", "two tankers, the Jin Teng and the Jin Tai 7"
    r"\b(?:compan(?:y|ies)|firms?|banks?|agenc(?:y|ies)|organi[sz]ations?|groups?|tankers?|ships?|vessels?|freighters?|yachts?|"
    r"airlines?|carriers?|broadcasters?|networks?|stations?|channels?|conglomerates?|insurers?|dealers?|makers?|manufacturers?|"
    r"producers?|exporters?|refiner(?:y|ies)|designers?|think[\s-]tanks?|brokers?|giants?|operators?|institutes?|"
    rf"exchanges?|militias?|movements?|entit(?:y|ies)|contractors?|outlets?),?\s+(?:the\s+)?(?P<names>{_NAME}(?:(?:,\s+(?:and\s+)?|\s+and\s+)(?:the\s+)?{_NAME})*)"
)


_HOMELESS = {"UN", "EU", "NATO"}


def _find_name(part: str, name: str) -> tuple[int, int] | None:
    at = part.find(name)
    if at >= 0:
        return at, at + len(name)
    last = name.split()[-1]
    match = re.search(rf"\b{re.escape(last)}\b", part) if len(last) > 3 else None
    return match.span() if match else None


def _in_list(part: str, start: int, end: int) -> bool:
    """Whether a name stands where the sanctioned stand: behind "sanctions on", "blacklisted", "including", or before
    "was sanctioned"; not behind a barrier ("after", "because"), nor as somebody's owner, party or office."""
    before, after = part[:start], part[end:]
    if _OTHERS.match(after) or re.search(
        r"\b(?:under|regime\s+of|government\s+of|(?:members?|officials?|commanders?|officers?|leaders?|heads?|chiefs?|ministers?|employees|lawmakers|deputies|out)\s+of|said|says|told|by)\s+(?:[\w’'-]+\s+){0,2}$|[A-Z][\w’'-]+\s+of\s+(?:the\s+)?$",
        before,
    ):
        return False
    if _PASSIVE.match(after):
        return True
    cues = [cue.end() for cue in _ON_LIST_BEFORE.finditer(before)]
    return bool(cues) and not _BARRIER.search(before[cues[-1] :])


_OTHERS = re.compile(
    r"['’]s?\s+\w|\s+(?:party\s+|faction\s+)?(?:leader|chief|head|commander|member|faction|official|director|minister|secretary|president|boss|founder|owner|executive|general|lawmaker|speaker|agent)s?\b|\s+(?:spokes\w+|chairman)\b",
    re.I,
)
_BARRIER = re.compile(
    r"\b(?:after|because|as|while|who|which|when|for|to|over|following|until|unless|before|since|despite|if|in\s+exchange|says?|said)\b|(?-i:[a-z\d])[.;]\s|,\s+(?!includ|target|hitt|freez|barr|blacklist|nam|add|bann|sanction|design|impos|putt|cutt|among)\w+ing\b",
    re.I,
)
_PASSIVE = re.compile(
    r"(?:(?:[^.;]|(?-i:(?<=\b[A-Z]))\.|\.(?=(?-i:[A-Z])\.)){0,160}?)\b(?:(?:is|are|was|were|be|been|being)\s+(?:also\s+|now\s+)?(?:sanctioned|blacklisted|designated|frozen|barred|banned|cut\s+off|put\s+on|added|removed|taken\s+off|"
    r"delisted|placed|listed|on\s+the\s+(?:list|blacklist)|among\s+the\s+targets|suspended|free\s+to|denied)|put\s+on\b|stays?\s+too|remains?\s+under|has\s+(?:his|her|its)\s+assets\s+frozen)",
    re.I,
)


_EFFECT = re.compile(
    r"\b(?:tak(?:e|es|ing)\s+effect|c[oa]mes?\s+into\s+(?:force|effect)|enter(?:s|ing)?\s+into\s+(?:force|effect)|go(?:es)?\s+into\s+(?:force|effect)|in\s+effect|effective|as\s+of|"
    r"start(?:s|ing)?|begin(?:s|ning)?|from)\s+(?:(?:on|from|at\s+midnight\s+on|the)\s+)*$",
    re.I,
)


def _days(
    event: Event, article: Article, scope: Sequence[tuple[str, int, str]]
) -> tuple[date | None, date | None]:
    """The days of announcement and of effect. A planned act with a day ahead was announced on publication."""
    published = article.reference.date()
    announced = event.date
    effective = None
    if event.date and event.date > published:
        announced, effective = published, event.date
    for _, _, part in scope:
        for span in dates.find_dates(part, article.reference):
            if _EFFECT.search(part[: span.start]):
                effective = span.ahead or span.day or effective
    return announced, effective
