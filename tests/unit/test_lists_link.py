"""A name in the news is linked to the entry that it is, and to none rather than to a wrong one."""

from datetime import date

import pytest

from benchmarks.linking import measure
from pipelines.lists.entry import Entry
from pipelines.lists.link import Designee, Linker, Listed, likeness


def listed(number, name, type_="person", added=None, **more):
    return Listed("ofac", Entry(str(number), name, type_, "SDN List", **more), added)


def test_names_are_told_apart_on_the_hand_made_pairs():
    score = measure()
    assert score.hits + score.apart + len(score.false) + len(score.missed) >= 150
    assert score.precision >= 0.98, score.false
    assert score.recall >= 0.95, score.missed


@pytest.mark.parametrize(
    "news", ["Evgeny Bogachev", "Yevgeniy Bogachev", "Bogachev Evgeniy", "EVGENIY MIKHAILOVICH BOGACHEV"]
)
def test_transliteration_and_order_do_not_matter(news):
    assert likeness(news, "BOGACHEV, Evgeniy Mikhaylovich", "person") >= 0.9


@pytest.mark.parametrize(
    "news, entry",
    [("Igor Sechin", "SECHIN, Ivan Igorevich"), ("Sergei Borisovich Ivanov", "IVANOV, Sergei Sergeevich"), ("Ivanov", "IVANOV, Sergei"),
     ("Anna Kuznetsova", "KUZNETSOV, Anton"), ("Kim Jong-un", "KIM, Jong Il")],
)  # fmt: skip
def test_relatives_and_lone_surnames_are_not_linked(news, entry):
    assert likeness(news, entry, "person") < 0.8


def test_a_name_that_fits_two_entries_is_linked_to_neither_until_the_day_tells_them_apart():
    twins = [
        listed(1, "KIM, Yong Chol", added=date(2010, 8, 30)),
        listed(2, "KIM, Yong Chol", added=date(2016, 12, 29)),
    ]
    assert Linker(twins).link(Designee("Kim Yong-chol", "person")).outcome == "ambiguous"
    link = Linker(twins).link(Designee("Kim Yong-chol", "person", announced=date(2016, 12, 29)))
    assert (link.outcome, link.listed.entry.entry_id) == ("linked", "2")
    assert "2016-12-29" in link.evidence


def test_type_and_time_can_forbid_a_link():
    linker = Linker([listed(1, "WAGNER", "organisation"), listed(2, "ORLOV, Pavel", added=date(2020, 1, 1))])
    assert linker.link(Designee("Wagner", "person")).outcome == "none"
    assert linker.link(Designee("Pavel Orlov", "person", announced=date(2014, 3, 1))).outcome == "weak"
    assert linker.link(Designee("Pavel Orlov", "person", announced=date(2021, 3, 1))).outcome == "linked"


def test_weak_aliases_never_link():
    linker = Linker([listed(1, "BELAN, Aleksey", weak_aliases=("Magg",))])
    assert linker.link(Designee("Magg")).outcome == "none"


@pytest.mark.parametrize(
    "news",
    [
        "the Main Directorate of Ice (MDI)",
        "Northland's Main Directorate of Ice",
        "MDI (also known as the Main Directorate of Ice)",
    ],
)
def test_a_name_that_holds_two_names_is_looked_up_by_each(news):
    linker = Linker([listed(1, "MAIN DIRECTORATE OF ICE", "organisation")])
    assert linker.link(Designee(news, "organisation")).outcome == "linked"
