"""What the reader promises: an article's numbers depend on that article alone, and nothing breaks it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from pipelines.coding import reader
from pipelines.coding.choices import day_chances
from pipelines.coding.coder import Coder
from pipelines.coding.records import Article
from pipelines.errors import InputError
from pipelines.settings import MODELS

WHEN = datetime(2016, 12, 30, 14, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


def article(**fields) -> Article:
    return Article(id="a", reference=WHEN, **fields)


def prepared(coder: Coder, **fields):
    return coder.prepare(article(**fields))


def test_says_whose_act_it_is_and_on_whom(coder):
    impression = prepared(coder, title="US expels 35 Russian diplomats").impression
    assert impression.chance("USA", "RUS", "SANCTION") > 0.5
    assert impression.chance("RUS", "USA", "SANCTION") < 0.5
    assert impression.place("title", 3).acts.max() > 0.25


def test_says_which_of_the_days_that_a_text_names_an_act_was_on(coder):
    summary = "On Tuesday Peru expelled Bolivia's ambassador. Bolivia had recalled its envoy from Lima on 3 December."
    impression = prepared(coder, summary=summary).impression
    for word, day in (("expelled", date(2016, 12, 27)), ("recalled", date(2016, 12, 3))):
        place = impression.place("summary", summary.index(word))
        assert place.when.sum() == pytest.approx(1, abs=1e-4)
        chances = day_chances(place, WHEN.date())
        assert chances[day] == max(chances.values())


def test_one_article_never_changes_the_numbers_of_another(coder):
    first = prepared(coder, summary="Peru recalled its ambassador from Bolivia.").impression
    prepared(coder, summary="Kenya severed ties with Somalia; Iran denounced Israel and Egypt. " * 8)
    again = prepared(coder, summary="Peru recalled its ambassador from Bolivia.").impression
    assert first.chances == again.chances


def test_sees_the_names_of_every_window_of_a_long_article(coder):
    body = (
        "The ministers met for talks about trade and the weather. " * 60 + "Kenya expelled Somalia's envoy."
    )
    p = prepared(coder, title="Kenya and Somalia fall out", body=body)
    found = list(reader.windows(coder.reader.tokenizer, p.sentences, p.mentions, p.days))
    assert len(found) > 1
    assert all(len(w.ids) <= reader.MAX_PIECES for w in found)
    assert {"KEN", "SOM"} <= set(found[-1].codes)
    assert p.impression.chance("KEN", "SOM", "SANCTION") > 0.3


def test_every_piece_knows_its_word(coder):
    p = prepared(
        coder, title="Lukashenko-ordered expulsions", summary="Belarus told Lithuanian envoys to go."
    )
    (window,) = reader.windows(coder.reader.tokenizer, p.sentences, p.mentions, p.days)
    words = {p.fields[f][a:b] for f, a, b in filter(None, window.places)}
    assert {"expulsions", "Lithuanian", "envoys"} <= words


def test_numbers_of_actors_are_only_names(coder):
    """Whichever number an actor is shown as, who is the same stays the same."""
    p = prepared(coder, summary="France and Germany imposed sanctions on Iran.")
    (window,) = reader.windows(coder.reader.tokenizer, p.sentences, p.mentions, p.days)
    one, other = window.inputs(), window.inputs(list(reversed(range(reader.MAX_ACTORS))))
    assert np.array_equal(one["members"], other["members"])
    assert not np.array_equal(one["numbers"], other["numbers"])
    assert np.array_equal(one["numbers"] == 0, other["numbers"] == 0)


def test_a_missing_network_is_named(tmp_path):
    with pytest.raises(InputError, match=r"train_reader\.py"):
        reader.Reader.load(tmp_path)


def test_the_acts_it_knows_are_the_guides(coder):
    assert ("SANCTION", "expel") in coder.reader.acts
    assert len(coder.reader.acts) == len(set(coder.reader.acts))
    assert MODELS.joinpath("reader", "network.onnx").stat().st_size < 40_000_000


def test_the_next_sentence_may_say_who_acted(coder):
    coded = coder.code(
        article(
            title="Five nations expel Syrian envoys over massacre",
            summary="The United States, Britain, France, Italy and Canada acted in concert on Friday.",
        )
    )
    senders = {e.source for e in coded.events if (e.target, e.type) == ("SYR", "SANCTION")}
    assert {"USA", "GBR", "FRA", "ITA", "CAN"} <= senders
