"""How many were hit: numbers that count, and none of those that measure money, age, time or law."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.coding.counting import count_of_act
from pipelines.coding.counts import find_counts, plural, units
from pipelines.errors import InputError


def values(text):
    return [(c.value, c.unit) for c in find_counts(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Obama expels 35 Russian diplomats", (35, "diplomats")),
        ("expelled sixty U.S. diplomats", (60, "diplomats")),
        ("more than 60 envoys left", (60, "diplomats")),
        ("sent 10,000 troops", (10000, "troops")),
        ("a dozen companies were listed", (12, "companies")),
        ("two hundred and fifty soldiers", (250, "soldiers")),
        ("nine of its soldiers died", (9, "soldiers")),
        ("four North Korean border guards", (4, "guards")),
        ("two of the US Consulate General in Yekaterinburg", (2, None)),  # whose they are, not what
    ],
)
def test_digits_and_words_count_what_follows(text, expected):
    assert values(text)[0] == expected


@pytest.mark.parametrize(
    "text",
    [
        "a fine of $35 million",
        "35 percent of officials",
        "by 29 December",
        "Resolution 2231",
        "for 10 years",
        "Hung Shih-cheng, 65, was shot",
        "within 72 hours",
        "the 2014 annexation",
        "300 km away",
        "Boeing 737 jets",
    ],
)
def test_money_shares_dates_ages_and_laws_are_no_counts(text):
    assert [v for v, _ in values(text) if v] == []


def test_vague_numbers_have_no_value():
    assert [(c.value, c.is_vague) for c in find_counts("Dozens of soldiers fled, several ships sank")] == [
        (None, True),
        (None, True),
    ] or find_counts("several ships sank")[0].value is None


def count(text, trigger, type="SANCTION", mode="expel", **more):
    start = text.index(trigger)
    return count_of_act(text, start, start + len(trigger), type, mode, **more)


def test_the_number_belongs_to_the_act_that_it_stands_with():
    text = "Russia expelled 20 Czech diplomats after Prague ordered out 18 Russians."
    assert count(text, "expelled") == (20, "diplomats")
    assert count(text, "ordered out") == (18, "diplomats")


def test_a_lone_ambassador_is_one():
    assert count("Turkey recalls its ambassador", "recalls", mode="recall") == (1, "ambassadors")


def test_parts_in_several_places_are_summed():
    text = "Britain expels 31 diplomats from Moscow and four from St Petersburg"
    assert count(text, "expels") == (35, "diplomats")


def test_in_a_list_each_takes_its_own_number():
    text = "Greece kicks out 12 Russians, Norway three, Luxembourg one"
    at = text.index("Norway")
    assert count(text, "kicks out") == (12, "diplomats")
    assert count(text, "kicks out", source=(at, at + 6)) == (3, "diplomats")


def test_the_same_number_is_the_one_before_it():
    text = "Prague expelled 18 diplomats and Moscow threw out the same number."
    assert count(text, "threw out") == (18, "diplomats")


def test_the_dead_count_and_the_hurt_do_not():
    text = "Missile strikes kill four people and wound 28 others."
    assert count(text, "strikes", "ASSAULT", "strike") == (4, "people")


def test_speech_counts_nothing():
    assert count("Three ministers condemned the vote", "condemned", "ACCUSE", "disapprove") == (None, None)


def test_plurals():
    assert [plural(w) for w in ("envoy", "embassy", "policeman", "German", "box")] == [
        "envoys",
        "embassies",
        "policemen",
        "Germans",
        "boxes",
    ]


def test_a_fault_in_the_table_is_named_with_its_line(tmp_path):
    path = tmp_path / "units.csv"
    path.write_text("word,unit,kind\ndiplomat,diplomats,persons\n")
    with pytest.raises(InputError, match=r"units.csv, line 2.*persons"):
        units(path)


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_crash(text):
    for c in find_counts(text):
        assert 0 <= c.start < c.end <= len(text)
