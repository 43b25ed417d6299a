"""An article's entities: each once, under its fullest name, and only where the article holds an act."""

from datetime import date

import pytest

from pipelines.coding.actors import Actors
from pipelines.coding.entities import entities
from pipelines.settings import REFERENCE

ON = date(2024, 5, 2)
ARTICLE = {
    "title": "Moscow expels Zoran over spying claim",
    "summary": "Abel Zoran, the Chadian oil minister, was told to leave on Thursday, the Russian Foreign Ministry said.",
    "body": (
        "Sergei Lavrov called the minister a spy. Lavrov spoke after talks with Hezbollah. Prince Charles did not come. "
        "The United States and Japan looked on. The Mabrouka Trading Company denied it. (Reuters) (The Moscow Times)"
    ),
}


@pytest.fixture(scope="module")
def actors():
    return Actors.load(REFERENCE)


def listed(actors, article, codes):
    mentions = actors.resolve_article(article, ON)
    return entities(article, mentions, codes, actors.titles)


def test_people_and_bodies_are_listed_once_under_their_fullest_name(actors):
    found = {(e.name, e.type, e.country, e.role) for e in listed(actors, ARTICLE, {"RUS", "TCD", "LBN"})}
    assert ("Abel Zoran", "person", "TCD", "oil minister") in found
    assert ("Sergei Lavrov", "person", "RUS", "foreign minister") in found
    assert ("Russian Foreign Ministry", "organisation", "RUS", None) in found
    assert ("Hezbollah", "organisation", "LBN", "armed group") in found
    assert ("Mabrouka Trading Company", "organisation", None, None) in found
    assert len([e for e in found if "Lavrov" in e[0] or "Zoran" in e[0]]) == 2


def test_states_are_listed_where_they_have_a_part_in_an_act(actors):
    states = {e.country for e in listed(actors, ARTICLE, {"RUS", "TCD"}) if e.type == "state"}
    assert states == {"RUS", "TCD"}


def test_an_article_without_an_act_has_no_entities(actors):
    assert listed(actors, ARTICLE, set()) == ()


def test_offsets_show_the_name_in_its_field(actors):
    for entity in listed(actors, ARTICLE, {"RUS", "TCD"}):
        if entity.type != "state":
            assert ARTICLE[entity.field][entity.start : entity.end] == entity.name


def test_sources_of_the_report_are_no_entities(actors):
    assert not any("Times" in e.name or "Reuters" in e.name for e in listed(actors, ARTICLE, {"RUS"}))
