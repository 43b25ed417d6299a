"""The reader: a small language model, taught on coded articles, that says which acts an article tells.

It reads title, summary and body together, in word pieces, and is told where actors stand and which mentions are the
same actor. For every piece it says which act the piece tells, if any; for every piece and actor, whether that actor
does it, and whether it is done to that actor. An act's chance over an article follows from all places that tell it.
It decides nothing: its chances are features of the scorer, and words that it takes for triggers join those of the
tables. What is learned lies in `data/models/reader/`: the network (ONNX), its tokenizer, and the acts that it knows.
`training/train_reader.py` teaches it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from pipelines.coding.actors import Mention
from pipelines.coding.dates import DateSpan
from pipelines.coding.records import FIELDS
from pipelines.coding.text import Sentence
from pipelines.errors import InputError

KINDS = (
    "", "state", "adjective", "demonym", "capital", "seat", "region", "organisation", "group", "person", "office",
    "agency", "place", "day", "period",
)  # fmt: skip
STATUSES = ("actual", "planned", "hypothetical", "denied")
WHENS = ("none", "publication")  # no day, the day of publication; after them the days that the window names
MAX_PIECES = 320  # of one window
MAX_ACTORS = 20  # of one window
MAX_DAYS = 16  # of one window
MAX_WINDOWS = 40  # of one article; news articles end long before
TELLINGS = 4.0  # how much one sure place weighs: an act's chance is 1 - exp(-TELLINGS * sum over places)
IGNORED = 0.002  # chances below are nought
TELLS = 0.25  # a word with such a chance of telling an act is a trigger, whatever the tables say
TOLD = 0.15  # a word that tells an act of two parties with such a chance makes a candidate, whatever grammar says
_CLS, _SEP = 101, 102


@dataclass
class Window:
    """A stretch of an article as the network is given it: one entry a word piece."""

    ids: list[int]
    kinds: list[int]
    fields: list[int]
    actors: list[int]  # place in `codes`, -1 where no actor stands
    places: list[tuple[str, int, int] | None]  # field and characters of its word; None at the separators
    codes: list[str]
    dated: list[int]  # place in `days`, -1 where no time expression with a day stands
    days: list[tuple[str, DateSpan]]  # with the field that it stands in

    def inputs(self, order: Sequence[int] | None = None) -> dict[str, np.ndarray]:
        """The network's inputs, a batch of one. order: the number that each actor is shown as (its place, unless
        training shuffles them: the numbers mean nothing but who is the same)."""
        actors = np.array(self.actors)
        members = actors[None, :] == np.arange(max(2, len(self.codes)))[:, None]
        shown = np.array([*(order or range(MAX_ACTORS)), -1])[actors] + 1
        one = {
            "ids": np.array([self.ids]),
            "kinds": np.array([self.kinds]),
            "fields": np.array([self.fields]),
            "numbers": shown[None],
        }
        days = np.array(self.dated)[None, :] == np.arange(max(1, len(self.days)))[:, None]
        return {name: value.astype(np.int64) for name, value in one.items()} | {
            "members": members[None].astype(np.float32),
            "days": days[None].astype(np.float32),
        }


@dataclass(frozen=True)
class Place:
    """What the network says of one word: the chance of each act that it tells, of each actor of the window as its
    source and target, of each status, and of when it was: no day, the day of publication, or one that the text names."""

    acts: np.ndarray
    sources: dict[str, float]
    targets: dict[str, float]
    status: np.ndarray
    when: np.ndarray  # WHENS, then `days`
    days: list[tuple[str, DateSpan]]


class Impression:
    """What the network makes of an article; empty where it read nothing."""

    def __init__(self, acts: Sequence[tuple[str, str | None]]):
        self.acts = acts
        self.chances: dict[tuple[str, str, str], float] = {}  # (source, target, type)
        self._pairs: dict[tuple[str, str], float] = {}
        # of every word: its window, what was said of that, and its piece that tells most
        self._words: dict[tuple[str, int], tuple[Window, dict[str, np.ndarray], int]] = {}
        self._of_type: dict[str, list[int]] = defaultdict(list)
        for i, (type_, _) in enumerate(acts):
            self._of_type[type_].append(i)

    def add(self, window: Window, out: dict[str, np.ndarray]) -> None:
        """Take in what the network says of a window (see `Reader.look`)."""
        n = len(window.codes)
        both = out["sources"][:n, None] * out["targets"][None, :n]
        told = TELLINGS * (both.reshape(n * n, -1) @ out["acts"]).reshape(n, n, -1)
        for type_, kinds in self._of_type.items():
            chance = -np.expm1(-told[:, :, kinds].sum(2))
            for s, t in np.argwhere(chance > IGNORED).tolist():
                if s != t:
                    key = (window.codes[s], window.codes[t], type_)
                    self.chances[key] = max(self.chances.get(key, 0.0), float(chance[s, t]))
                    self._pairs[key[:2]] = max(self._pairs.get(key[:2], 0.0), self.chances[key])
        most = out["acts"].max(1).tolist()
        for i, place in enumerate(window.places):
            if place:
                known = self._words.setdefault(place[:2], (window, out, i))
                # a title that is read again with each window counts as read first
                if known[0] is window and most[i] > most[known[2]]:
                    self._words[place[:2]] = (window, out, i)

    @property
    def highest(self) -> float:
        """The chance of the likeliest act."""
        return max(self.chances.values(), default=0.0)

    def chance(self, source: str, target: str, type_: str) -> float:
        """That the article tells an act of this type, from all its places."""
        return self.chances.get((source, target, type_), 0.0)

    def of_pair(self, source: str, target: str) -> float:
        """The chance of the likeliest act of a source on a target."""
        return self._pairs.get((source, target), 0.0)

    def place(self, field: str, start: int) -> Place | None:
        """What is said of the word that begins there, by its piece that tells most; None where nothing was read."""
        found = self._words.get((field, start))
        if found is None:
            return None
        window, out, i = found
        sources, targets = (out[name][:, i].tolist() for name in ("sources", "targets"))
        return Place(
            out["acts"][i],
            dict(zip(window.codes, sources, strict=False)),
            dict(zip(window.codes, targets, strict=False)),
            out["status"][i],
            out["when"][i],
            window.days,
        )

    def of_type(self, place: Place, type_: str) -> float:
        """The chance that a place tells an act of this type."""
        return float(place.acts[self._of_type[type_]].sum())

    def triggers(self, field: str, start: int, end: int) -> list[tuple[str, int, str, str | None]]:
        """The words of a stretch that tell an act by themselves: (field, start, type, mode)."""
        return [found for found in self._triggers if found[0] == field and start <= found[1] < end]

    def tellings(
        self, field: str, start: int, end: int
    ) -> list[tuple[float, int, str, str, tuple[str, str | None]]]:
        """What single words of a stretch tell, the likeliest first: (chance, start, source, target, act)."""
        best: dict[tuple, tuple] = {}
        for (where, at), (window, out, i) in self._words.items():
            if where != field or not start <= at < end or out["acts"][i].max() < TOLD:
                continue
            n, act = len(window.codes), int(out["acts"][i].argmax())
            chance = out["acts"][i, act] * out["sources"][:n, i, None] * out["targets"][None, :n, i]
            for s, t in np.argwhere(chance >= TOLD).tolist():
                key = (window.codes[s], window.codes[t], self.acts[act][0])
                if s != t and chance[s, t] > best.get(key, (0.0,))[0]:
                    best[key] = (float(chance[s, t]), at, *key[:2], self.acts[act])
        return sorted(best.values(), key=lambda found: (-found[0], *found[1:4]))

    @cached_property
    def _triggers(self) -> list[tuple]:
        found = []
        for (field, at), (_, out, i) in self._words.items():
            if out["acts"][i].max() >= TELLS:
                found.append((field, at, *self.acts[int(out["acts"][i].argmax())]))
        return found


def windows(
    tokenizer: Tokenizer,
    sentences: Sequence[Sentence],
    mentions: Mapping[str, Sequence[Mention]],
    days: Mapping[str, Sequence[DateSpan]],
) -> Iterator[Window]:
    """An article in stretches of whole sentences; each after the first begins with the title again."""
    title: list[tuple] = []
    rows: list[tuple] = []
    for s in sentences:
        pieces = list(_pieces(tokenizer, s, mentions.get(s.field, ()), days.get(s.field, ())))[
            : MAX_PIECES - 2 - len(title)
        ]
        if s.field == "title":
            title += pieces[: MAX_PIECES // 4]
        if rows and len(rows) + len(pieces) + 4 > MAX_PIECES:
            yield _window(rows)
            rows = list(title)
        rows += pieces
    if rows:
        yield _window(rows)


def _pieces(
    tokenizer: Tokenizer, s: Sentence, mentions: Sequence[Mention], days: Sequence[DateSpan]
) -> Iterator[tuple]:
    """(id, kind, code, field, start, end, time expression) of every word piece of a sentence; start and end are its
    whole word's."""
    times = [d for d in days if d.end > s.start and d.start < s.end]
    here = [m for m in mentions if m.code and m.end > s.start and m.start < s.end]
    encoded = tokenizer.encode(s.text, add_special_tokens=False)
    n = 0
    for piece, word in zip(encoded.ids, encoded.word_ids, strict=True):
        a, b = encoded.word_to_chars(word)
        start, end = s.start + a, s.start + b
        while n < len(here) and here[n].end <= start:
            n += 1
        m = here[n] if n < len(here) and here[n].start < end else None
        kind = KINDS.index(m.kind) if m and m.kind in KINDS else 0
        time = next((d for d in times if d.start < end and start < d.end), None)
        if time is not None and m is None:
            kind = KINDS.index("day" if time.day else "period")
        yield piece, kind, m.code if m else None, s.field, start, end, time if time and time.day else None


def _window(rows: Sequence[tuple]) -> Window:
    codes = list(dict.fromkeys(code for _, _, code, *_ in rows if code))[:MAX_ACTORS]
    days = list(dict.fromkeys((field, time) for _, _, _, field, _, _, time in rows if time))[:MAX_DAYS]
    window = Window([_CLS], [0], [0], [-1], [None], codes, [-1], days)
    last = None
    for row in [*rows, (_SEP, 0, None, None, 0, 0, None)]:
        field = row[3]
        if last is not None and field != last and field is not None:
            _append(window, _SEP, 0, None, None, 0, 0, None)
        _append(window, *row)
        last = field
    return window


def _append(
    w: Window,
    piece: int,
    kind: int,
    code: str | None,
    field: str | None,
    start: int,
    end: int,
    time: DateSpan | None,
):
    w.ids.append(piece)
    w.kinds.append(kind)
    w.fields.append(FIELDS.index(field) + 1 if field else 0)
    w.actors.append(w.codes.index(code) if code in w.codes else -1)
    w.places.append((field, start, end) if field else None)
    w.dated.append(w.days.index((field, time)) if (field, time) in w.days else -1)


class Reader:
    """The network with its tokenizer and acts. Load it once; it keeps no state between articles."""

    def __init__(self, session, tokenizer: Tokenizer, acts: Sequence[tuple[str, str | None]]):
        self.session, self.tokenizer, self.acts = session, tokenizer, acts

    @classmethod
    def load(cls, folder: Path) -> Reader:
        """Read network, tokenizer and list of acts; InputError where one is missing or broken."""
        options = onnxruntime.SessionOptions()
        # one thread: batches are spread over processes, and sums keep their order
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            acts = json.loads((folder / "acts.json").read_text(encoding="utf-8"))
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            session = onnxruntime.InferenceSession(
                str(folder / "network.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise InputError(
                f"{folder}: the reader cannot be loaded ({error}); restore the folder, or teach it anew with training/train_reader.py"
            ) from None
        return cls(session, plain(tokenizer), [(t, m) for t, m in acts])

    def read(
        self,
        sentences: Sequence[Sentence],
        mentions: Mapping[str, Sequence[Mention]],
        days: Mapping[str, Sequence[DateSpan]],
    ) -> Impression:
        """What an article tells, from its sentences, mentions and time expressions by field. One article at a time: the numbers of one
        never depend on another."""
        impression = Impression(self.acts)
        for window in islice(windows(self.tokenizer, sentences, mentions, days), MAX_WINDOWS):
            if len(window.codes) >= 2:
                impression.add(window, self.look(window))
        return impression

    def look(self, window: Window) -> dict[str, np.ndarray]:
        """What the network says of a window: acts (piece, act), sources and targets (actor, piece), status (piece,
        status), when (piece, WHENS and days), reciprocal (piece)."""
        names = ("acts", "sources", "targets", "status", "when", "reciprocal")
        return dict(zip(names, (a[0] for a in self.session.run(names, window.inputs())), strict=True))


def plain(tokenizer: Tokenizer) -> Tokenizer:
    """A tokenizer that neither pads nor cuts."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
