"""What the engine of the coder promises: acts, their parties, their status; and that nothing breaks it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.coding import batch
from pipelines.coding.coder import Coder
from pipelines.coding.records import Article
from pipelines.errors import InputError
from pipelines.settings import REFERENCE

WHEN = datetime(2016, 12, 30, 14, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


def acts(coder: Coder, title: str = "", summary: str = "", body: str = "", **more) -> list[tuple]:
    article = Article(id="a", reference=WHEN, title=title, summary=summary, body=body, **more)
    return [
        (e.source, e.target, e.type, e.mode)
        for e in coder.code(article).events
        if e.status in ("actual", "planned")
    ]


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("The United States expelled 35 Russian diplomats on Thursday.", ("USA", "RUS", "SANCTION", "expel")),
        ("35 Russian diplomats were expelled by the United States.", ("USA", "RUS", "SANCTION", "expel")),
        ("Peru recalled its ambassador from Bolivia.", ("PER", "BOL", "SANCTION", "recall")),
        ("The European Union imposed sanctions on Iran.", ("EU", "IRN", "SANCTION", "sanction")),
        ("Kenya severed diplomatic relations with Somalia.", ("KEN", "SOM", "SANCTION", "sever")),
        ("Israel carried out airstrikes in Syria.", ("ISR", "SYR", "ASSAULT", "strike")),
        ("China condemned Japan over the islands.", ("CHN", "JPN", "ACCUSE", "disapprove")),
        ("Japan lifted sanctions on Myanmar.", ("JPN", "MMR", "CONCEDE", "ease")),
    ],
)
def test_says_who_did_what_to_whom(coder, text, act):
    assert act in acts(coder, summary=text)


@pytest.mark.parametrize(
    "title",
    [
        "US expels 35 Russian diplomats",
        "US Expels 35 Russian Diplomats",
        "35 Russian diplomats expelled by US",
    ],
)
def test_reads_headlines_of_every_style(coder, title):
    assert ("USA", "RUS", "SANCTION", "expel") in acts(coder, title=title)


def test_a_threat_is_not_the_act(coder):
    found = acts(coder, summary="Turkey threatened to expel the German ambassador.")
    assert ("TUR", "DEU", "SANCTION", "expel") not in found


def test_a_denied_act_is_not_put_out_as_actual(coder):
    assert not any(
        a[2] == "SANCTION" for a in acts(coder, summary="Mexico will not impose sanctions on Russia.")
    )


def test_one_act_told_thrice_is_one_event_with_evidence(coder):
    coded = coder.code(
        Article(
            id="a",
            reference=WHEN,
            title="US expels 35 Russian diplomats",
            summary="The United States expelled 35 Russian diplomats on Thursday.",
            body="Washington said that it had expelled the Russian diplomats over hacking.",
        )
    )
    expelled = [e for e in coded.events if (e.source, e.target, e.mode) == ("USA", "RUS", "expel")]
    assert len(expelled) == 1
    assert len(expelled[0].evidence) >= 2
    assert expelled[0].count == 35


def test_evidence_points_into_the_text_as_delivered(coder):
    article = Article(
        id="a",
        reference=WHEN,
        title="Peru <b>recalls</b>\x00 ambassador from Bolivia",
        summary="Lima recalled its ambassador from Bolivia.",
    )
    coded = coder.code(article)
    assert coded.events
    for event in coded.events:
        for e in event.evidence:
            assert getattr(article, e.field)[e.start : e.end] == e.trigger
            assert e.trigger in e.sentence


@pytest.mark.parametrize(
    "text",
    [
        "Spain beat France 2-1 in the final of the championship, the striker scoring twice.",
        "Storm hits Spain and marches on France.",
    ],
)
def test_sport_and_weather_are_no_acts(coder, text):
    assert acts(coder, summary=text) == []


def test_domestic_acts_are_none(coder):
    assert acts(coder, summary="The French president dismissed his prime minister on Friday.") == []


def test_another_language_is_skipped_and_said(coder):
    coded = coder.code(
        Article(id="a", reference=WHEN, title="Rusia expulsa a dos diplomáticos de España", lang="es")
    )
    assert coded.outcome == "skipped:language"
    assert "es" in coded.note
    assert coded.events == ()


def test_an_empty_article_is_skipped(coder):
    assert coder.code(Article(id="a", reference=WHEN)).outcome == "skipped:empty"


def test_coding_again_or_in_a_batch_gives_the_same(coder):
    articles = [
        Article(id=str(i), reference=WHEN, summary=s)
        for i, s in enumerate(
            [
                "Peru recalled its ambassador from Bolivia.",
                "",
                "Israel carried out airstrikes in Syria after Iran threatened it.",
            ]
        )
    ]
    assert list(coder.code_many(articles)) == [coder.code(a) for a in articles]


def test_two_megabytes_take_no_slow_path(coder):
    sentence = "The United States expelled 35 Russian diplomats, and Moscow condemned the step. "
    coded = coder.code(Article(id="a", reference=WHEN, body=sentence * 26_000))
    assert coded.outcome == "coded"


def test_the_version_names_code_and_data(coder):
    number, fingerprint = coder.version.split("-")
    assert number and len(fingerprint) == 8


def test_confidence_is_a_probability(coder):
    for event in coder.code(
        Article(id="a", reference=WHEN, summary="China and Japan held talks in Seoul.")
    ).events:
        assert 0 <= event.confidence <= 1


def test_a_broken_table_is_named_with_its_line(tmp_path):
    from pipelines.coding.lexicon import Lexicon

    for name in ("triggers.csv", "object_classes.csv", "inflections.csv"):
        (tmp_path / name).write_bytes((REFERENCE / name).read_bytes())
    with (tmp_path / "triggers.csv").open("a", encoding="utf-8") as table:
        table.write("snub,v,,NONSENSE,,120,subj,obj,,1\n")
    with pytest.raises(InputError, match=r"triggers\.csv, line \d+: column type is 'NONSENSE'"):
        Lexicon.load(tmp_path)


pieces = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            [
                "Russia ",
                "expels ",
                "US diplomats ",
                "<p>",
                "&nbsp;",
                "\x00",
                "\n\n",
                "35 ",
                "(Reuters)",
                "“",
                "U.S. ",
                "sanctions on Iran. ",
                "said. ",
            ]
        ),
    ),
    max_size=14,
).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=pieces, summary=pieces, body=pieces)
def test_no_text_breaks_it(coder, title, summary, body):
    article = Article(id="a", reference=WHEN, title=title, summary=summary, body=body)
    for event in coder.code(article).events:
        assert event.source != event.target
        for e in event.evidence:
            assert getattr(article, e.field)[e.start : e.end] == e.trigger


def test_every_process_codes_the_same(tmp_path):
    """Python orders its sets anew in every process; what is coded must not follow."""
    given = Path(__file__).parents[2] / "benchmarks" / "gold" / "dev.jsonl"
    lines = given.read_text("utf-8").splitlines(keepends=True)[25:45]
    (tmp_path / "in.jsonl").write_text("".join(lines), "utf-8")
    coded = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "code", str(tmp_path / "in.jsonl"), "-"],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        coded.add(done.stdout)
    assert len(coded) == 1


def test_processes_that_stay_for_all_batches_code_what_one_codes(monkeypatch):
    monkeypatch.setattr(batch, "CHUNK", 2)
    titles = ["Poland expels 45 Russian diplomats", "Moscow recalls its envoy from Warsaw", "Rain in Rome"]
    items = pa.Table.from_pylist(
        [
            {"coding_id": f"{i}", "title": title, "summary": "", "body": "", "lang": "en"}
            | {"published_at": WHEN, "fetched_at": WHEN}
            for i, title in enumerate(titles)
        ]
    )
    here = batch.code_batch("archive-a-2022", items)
    with batch.spread(2, batch.WORTH_A_POOL) as coders:
        there = [batch.code_batch("archive-a-2022", items, coders) for _ in range(2)]
    assert len(here["events"]) == 2
    for name in here:
        assert there[0][name].equals(here[name]) and there[1][name].equals(here[name]), name
