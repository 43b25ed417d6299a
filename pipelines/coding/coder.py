"""The coder: an article in, who did what to whom out (the coding guide's records). Pure and deterministic."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import spacy

from pipelines.coding import choices, counting, counts, dates, dating, sanctions, text
from pipelines.coding.actors import Actors, Mention
from pipelines.coding.answers import link_answers
from pipelines.coding.choices import Belief, Choices, Offer
from pipelines.coding.coreference import Anaphora, Memory
from pipelines.coding.ellipsis import continued
from pipelines.coding.entities import entities as list_entities
from pipelines.coding.features import FEATURES
from pipelines.coding.grammar import Tree
from pipelines.coding.lexicon import Lexicon
from pipelines.coding.masking import mask, simple_words
from pipelines.coding.merge import COUNTED, Act, merge, settle
from pipelines.coding.reader import STATUSES, Impression, Reader
from pipelines.coding.records import FIELDS, Article, Coded, Event, Evidence
from pipelines.coding.roles import Candidate, SentenceRoles
from pipelines.coding.scorer import Scorer
from pipelines.coding.status import StatusCues
from pipelines.coding.topics import OffTopic, is_opinion
from pipelines.settings import MODELS, REFERENCE

NUMBER = "1.8"  # raised by hand with every change of the code that may change what is coded
BATCH = 1024  # articles whose sentences are parsed together
# off-topic words in a hundred, and how far an article with as many is still believed
OFF_TOPIC = ((6.0, 0.3), (3.0, 0.45), (0.0, 1.0))
SURE = 0.98  # what the reader sees so clearly is believed on any page
DONE = 0.8  # how sure it must be that an act was done, or is planned, where the rules hold it for less
UNLIKELY = 0.02  # articles in which the reader sees no act likelier than this are not parsed
MAX_PARSED = 400  # sentences of one article that are parsed at most


@dataclass
class Prepared:
    """An article on its way: cleaned fields, sentences, mentions by field, and which sentences are to be parsed."""

    article: Article
    fields: dict[str, str]
    sentences: list[text.Sentence]
    mentions: dict[str, list[Mention]]
    wanted: list[bool]
    days: dict[str, list[dates.DateSpan]] = field(default_factory=dict)  # time expressions, by field
    impression: Impression = field(default_factory=lambda: Impression(()))
    off_topic: float = 0.0  # words of sport, films, weather in a hundred
    skipped: str | None = None
    note: str | None = None


class Coder:
    """Codes articles. Load it once; it keeps no state between articles."""

    def __init__(
        self,
        nlp,
        actors: Actors,
        lexicon: Lexicon,
        cues: StatusCues,
        anaphora: Anaphora,
        reader: Reader | None,
        scorer: Scorer | None,
        choices: Choices,
        topics: OffTopic,
        simple: dict[str, str],
        version: str,
    ):
        self.nlp, self.actors, self.lexicon, self.cues = nlp, actors, lexicon, cues
        self.anaphora, self.reader, self.scorer, self.choices = anaphora, reader, scorer, choices
        self.topics, self.simple, self.version = topics, simple, version

    @classmethod
    def load(
        cls,
        reference: Path = REFERENCE,
        models: Path = MODELS,
        with_scorer: bool = True,
        with_reader: bool = True,
        with_choices: bool = True,
    ) -> Coder:
        """Read the reference tables and models of these folders; InputError names what is wrong and where."""
        nlp = spacy.load(models / "parser")
        return cls(
            nlp,
            Actors.load(reference),
            Lexicon.load(reference),
            StatusCues.load(reference),
            Anaphora.load(reference),
            Reader.load(models / "reader") if with_reader else None,
            Scorer.load(models / "scorer.json", FEATURES) if with_scorer else None,
            Choices.load(models / "choices.json" if with_choices else None),
            OffTopic.load(reference),
            simple_words(reference),
            f"{NUMBER}-{fingerprint(reference, models)}",
        )

    # --- from article to candidates

    def code(self, article: Article) -> Coded:
        """Code one article."""
        return next(self.code_many([article]))

    def code_many(self, articles: Iterable[Article]) -> Iterator[Coded]:
        """Code articles in order, parsing their sentences in batches."""
        articles = iter(articles)
        while batch := list(islice(articles, BATCH)):
            found = list(self.candidates(batch))
            self.score(found)
            yield from self.finish(found)

    def score(self, found: list[tuple[Prepared, list[Candidate]]]) -> None:
        """Give the candidates of some articles their scores."""
        scores = self.scorer.score_many([candidates for _, candidates in found])
        for (prepared, candidates), score in zip(found, scores, strict=True):
            # a sports page speaks of attacks and defeats, too
            trust = next(t for limit, t in OFF_TOPIC if prepared.off_topic >= limit)
            for candidate, value in zip(candidates, score, strict=True):
                candidate.score = float(value) * (1.0 if candidate.read >= SURE else trust)

    def candidates(self, articles: list[Article]) -> Iterator[tuple[Prepared, list[Candidate]]]:
        """Every candidate act of each article, not yet scored (training reads them too)."""
        prepared = [self.prepare(article) for article in articles]
        masked = [
            mask(
                self.nlp,
                s,
                [m for m in p.mentions[s.field] if s.start <= m.start < s.end],
                s.field == "title" and text.is_title_case(s.text),
                self.lexicon.small,
                self.simple,
            )
            for p in prepared
            for s, wanted in zip(p.sentences, p.wanted, strict=True)
            if wanted
        ]
        # sentences of like length together: the parser pads a batch to its longest
        order = sorted(range(len(masked)), key=lambda i: (len(masked[i][0]), i))
        trees: list[Tree | None] = [None] * len(masked)
        for i, doc in zip(order, self.nlp.pipe((masked[i][0] for i in order), batch_size=128), strict=True):
            trees[i] = Tree.of(doc, *masked[i][1:])
        remaining = iter(trees)
        for p in prepared:
            yield p, list(self._article_candidates(p, remaining))

    def prepare(self, article: Article) -> Prepared:
        """Clean an article, cut it into sentences, find its actors, and choose the sentences worth parsing."""
        fields = {name: text.clean(getattr(article, name) or "") for name in FIELDS}
        skipped = note = None
        language = language_of(article, fields)
        if not any(v.strip() for v in fields.values()):
            skipped, note = "empty", "no text"
        elif language != "en":
            skipped, note = "language", f"text in {language!r}; only English is coded"
        if skipped:
            return Prepared(article, fields, [], {}, [], skipped=skipped, note=note)
        sentences = [s for name in FIELDS for s in text.sentences(fields[name], name)]
        mentions = self.actors.resolve_article(fields, article.reference.date())
        codes = {m.code for found in mentions.values() for m in found if m.code}
        gate = self.lexicon.gate
        wanted = []
        for s in sentences:
            named = any(m.code and s.start <= m.start < s.end for m in mentions[s.field])
            wanted.append(
                len(codes) >= 2
                and sum(wanted) < MAX_PARSED
                and (named or len(sentences) > 1)
                and any(w in gate for w in text.words(s.text))
            )
        prepared = Prepared(article, fields, sentences, mentions, wanted)
        if any(wanted):
            prepared.days = {
                name: dates.find_dates(value, article.reference) for name, value in fields.items()
            }
        if self.reader and any(wanted):
            prepared.impression = self.reader.read(sentences, mentions, prepared.days)
            if prepared.impression.highest < UNLIKELY:
                prepared.wanted = [False] * len(sentences)
        return prepared

    def _article_candidates(self, p: Prepared, trees: Iterator[Tree]) -> Iterator[Candidate]:
        memory = Memory()
        if any(p.wanted):
            p.off_topic = self.topics.weigh(p.fields)
        memory.off_topic, memory.opinion = p.off_topic, is_opinion(p.fields)
        memory.begin(Counter(m.code for found in p.mentions.values() for m in found if m.code))
        for sentence, wanted in zip(p.sentences, p.wanted, strict=True):
            mentions = [m for m in p.mentions[sentence.field] if sentence.start <= m.start < sentence.end]
            if not wanted:
                codes = [m.code for m in mentions if m.code]
                people = [m.code for m in mentions if m.code and m.kind == "person"]
                memory.add_sentence(codes, people, codes[0] if codes else None, sentence.field == "title")
                continue
            tree = next(trees)
            if not tree.words:
                continue
            roles = SentenceRoles(
                sentence, tree, mentions, self.lexicon, self.cues, self.anaphora, memory, p.impression
            )
            yield from roles.candidates()
            roles.remember()

    # --- from candidates to records

    def finish(self, found: list[tuple[Prepared, list[Candidate]]]) -> Iterator[Coded]:
        """The records of some articles, from their scored candidates."""
        settled = [(p, settle(candidates, self.scorer.threshold_out)) for p, candidates in found]
        told = [(p, self._held(p, candidates)) for p, candidates in self.with_status(settled)]
        beliefs = iter(self.choices.weigh([offer for p, held in told for offer in self.offers(p, held)]))
        for p, held in told:
            yield self._record(p, [self._act(c, next(beliefs)) for c in held])

    def with_status(
        self, settled: list[tuple[Prepared, list[Candidate]]]
    ) -> Iterator[tuple[Prepared, list[Candidate]]]:
        """Candidates with their likeliest status. What the rules held for undone is believed as far as it is done."""
        offers = [self.status_offer(p, c) for p, candidates in settled for c in candidates]
        beliefs = iter(self.choices.weigh(offers))
        for p, candidates in settled:
            kept = []
            for c in candidates:
                belief = next(beliefs)["status"]
                status, score = belief.best(), c.score
                if (
                    STATUSES.index(status) < STATUSES.index(c.reading.status)
                    and belief.chances[status] < DONE
                ):
                    status = c.reading.status
                if status in COUNTED and c.reading.status not in COUNTED:
                    score *= sum(belief.chances[s] for s in COUNTED)
                    if score < self.scorer.threshold_out:
                        continue
                kept.append(replace(c, reading=replace(c.reading, status=status), score=score))
            yield p, kept

    def _held(self, p: Prepared, settled: list[Candidate]) -> list[Candidate]:
        """The mentions that hold, the surest first: it leads its act."""
        if not settled:
            return []
        held = [
            c
            for name in FIELDS
            for c in continued(
                p.fields[name], p.mentions[name], [c for c in settled if c.sentence.field == name]
            )
        ]
        return sorted(held, key=lambda c: -c.score)

    def _record(self, p: Prepared, acts: list[Act]) -> Coded:
        if p.skipped:
            return Coded(outcome=f"skipped:{p.skipped}", note=p.note)
        events = tuple(self._events(p, acts))
        parties = {code for event in events for code in (event.source, event.target)}
        entities = list_entities(p.fields, p.mentions, parties, self.actors.titles)
        return Coded(
            sentence_count=len(p.sentences),
            entities=entities,
            events=events,
            sanctions=sanctions.sanction_records(p.article, events, entities),
        )

    def _events(self, p: Prepared, acts: list[Act]) -> Iterator[Event]:
        acts = merge(acts)
        link_answers(acts)
        order = {name: i for i, name in enumerate(FIELDS)}
        acts.sort(key=lambda a: (order[a.first.sentence.field], a.first.span, a.source, a.target, a.type))
        for act in acts:
            yield Event(
                source=act.source,
                target=act.target,
                type=act.type,
                mode=act.mode,
                cameo=self._cameo(act),
                status=act.status,
                date=act.day,
                date_precision=act.precision,
                date_basis=act.basis,
                count=act.count,
                unit=act.unit,
                reciprocal=act.reciprocal,
                response_to=act.response_to,
                confidence=round(act.confidence, 4),
                evidence=tuple(self._evidence(p, act)),
            )

    def _cameo(self, act: Act) -> str:
        """The code of its first mention's words, or the typical one of its mode where they were read otherwise."""
        frame = act.first.frame
        return (
            act.cameo
            if act.mode == frame.mode
            else self.lexicon.typical("", frame.pos, act.type, act.mode).cameo
        )

    @staticmethod
    def _evidence(p: Prepared, act: Act) -> Iterator[Evidence]:
        seen = set()
        for c in act.mentions:
            start, end = c.span
            if (c.sentence.field, start) not in seen:
                seen.add((c.sentence.field, start))
                original = getattr(p.article, c.sentence.field)
                yield Evidence(
                    c.sentence.field,
                    original[c.sentence.start : c.sentence.end],
                    original[start:end],
                    start,
                    end,
                )

    @staticmethod
    def status_offer(p: Prepared, c: Candidate) -> dict[str, Offer]:
        """The statuses of a mention, and what the rules say."""
        seen = p.impression.place(c.sentence.field, c.span[0])
        return {"status": Offer(choices.status_options(p, c, seen), c.reading.status)}

    def offers(self, p: Prepared, held: list[Candidate]) -> Iterator[dict[str, Offer]]:
        """What the text offers for day, count and mode of each mention, and what the rules say of them."""
        if not held:
            return
        timeline = choices.Timeline.of(p)
        numbers = {name: counts.find_counts(value) for name, value in p.fields.items()}
        for c in held:
            start, end = c.span
            name, field_text = c.sentence.field, p.fields[c.sentence.field]
            s, t = c.source.party.mention, c.target.party.mention
            day = dating.date_of_act(
                field_text, start, end, None, p.days[name], c.reading.tense if c.reading.tense == "future" else None,
                p.article.reference, p.article.reference_basis, nominal=c.frame.pos == "n", tree=c.tree, offset=c.sentence.start,
                token=c.hit.token, is_title=name == "title", has_title=bool(p.fields["title"].strip()),
            )[:3]  # fmt: skip
            count = counting.count_of_act(
                field_text, start, end, c.frame.type, c.frame.mode, numbers[name], (c.sentence.start, c.sentence.end),
                (s.start, s.end) if s else None, (t.start, t.end) if t else None, c.tree, c.sentence.start, c.hit.token,
            )  # fmt: skip
            seen = p.impression.place(name, start)
            # gold seldom dates what was not done, so nothing was learned of it
            is_done = c.reading.status in COUNTED
            yield {
                "date": Offer(choices.day_options(p, c, timeline, day, seen) if is_done else [], day),
                "count": Offer([], count),
                "mode": Offer(choices.mode_options(c, seen, p.impression.acts), c.frame.mode),
            }

    @staticmethod
    def _act(c: Candidate, beliefs: dict[str, Belief]) -> Act:
        """One mention as an act with all its fields."""
        status = c.reading.status
        if status in ("hypothetical", "denied", "planned"):
            beliefs["date"] = beliefs["date"].without_publication()
        (day, precision, basis), count, mode = (beliefs[field].best() for field in ("date", "count", "mode"))
        return Act(
            c.source.party.code,
            c.target.party.code,
            c.frame.type,
            mode,
            c.frame.cameo,
            status,
            day,
            precision,
            basis,
            *count,
            c.frame.reciprocal,
            c.score,
            [c],
            beliefs,
        )


_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "a",
        "is",
        "that",
        "for",
        "on",
        "with",
        "as",
        "by",
        "at",
        "from",
        "it",
        "his",
        "an",
        "are",
        "was",
        "be",
        "has",
        "have",
        "will",
        "after",
        "over",
        "says",
        "said",
        "its",
        "their",
        "not",
    ]
)
_FOREIGN = re.compile(r"[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufaff]")


def language_of(article: Article, fields: dict[str, str]) -> str:
    """The article's language: as given, else guessed from its letters and words."""
    if article.lang:
        return article.lang.lower()[:2]
    sample = " ".join(fields.values())[:4000]
    letters = [c for c in sample if c.isalpha()]
    if not letters:
        return "en"
    if len(_FOREIGN.findall(sample)) > 0.3 * len(letters):
        return "xx"
    words = text.words(sample)
    if len(words) < 12 or sum(w in _ENGLISH for w in words) >= 0.06 * len(words):
        return "en"
    import py3langid  # only where the feed names no language and the words look foreign

    return py3langid.classify(sample)[0]


def fingerprint(reference: Path, models: Path) -> str:
    """A short hash of every table and model that decides what is coded."""
    digest = hashlib.sha256()
    for path in sorted([*reference.glob("*.csv"), *models.rglob("*")]):
        if path.is_file() and path.suffix != ".md":
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:8]
