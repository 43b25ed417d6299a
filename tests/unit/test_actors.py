"""Who is named: at the day, in headlines and sentences, with the readings that context allows."""

import csv
import re
import shutil
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.coding.actors import Actors, credits, is_place_context
from pipelines.coding.words import fold
from pipelines.errors import InputError
from pipelines.settings import REFERENCE

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def actors():
    return Actors.load(REFERENCE)


def codes(actors, text, on=TODAY):
    return [m.code for m in actors.find(text, on)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russia expels 35 U.S. diplomats", ["RUS", "USA"]),
        ("RUSSIA EXPELS 35 US DIPLOMATS", ["RUS", "USA"]),
        ("North Korea Fires Missile Over Japan, Seoul Says", ["PRK", "JPN", "KOR"]),
        ("The DPRK and the ROK exchanged fire", ["PRK", "KOR"]),
        ("North and South Korea agree to talks", ["PRK", "KOR"]),
        ("Côte d'Ivoire recalled its envoy from Burkina Faso", ["CIV", "BFA"]),
        ("Türkiye summons the Swedish ambassador", ["TUR", "SWE"]),
        ("São Tomé and Príncipe recognised Kosovo", ["STP", "XKX"]),
        ("Papua New Guinea, Guinea-Bissau, Equatorial Guinea and Guinea", ["PNG", "GNB", "GNQ", "GIN"]),
        ("Nigeria, Niger and Algeria closed their borders with Mali", ["NGA", "NER", "DZA", "MLI"]),
        ("Dominica and the Dominican Republic", ["DMA", "DOM"]),
        ("Filipinos, Danes, Poles and New Zealanders", ["PHL", "DNK", "POL", "NZL"]),
        (
            "Anti-Chinese riots in Vietnam; US-Russia talks; pro-Iranian militia",
            ["CHN", "VNM", "USA", "RUS", "IRN"],
        ),
        ("NATO, the EU, the African Union, ECOWAS and the G7", ["NATO", "EU", "AU", "ECOWAS", "G7"]),
        ("The World Health Organization praised Bhutan", ["WHO", "BTN"]),
        ("who is next? it is us, or the un-named few", []),
        ("Hezbollah, Hamas, the Houthis and the Taliban", ["LBN", "PSE", "YEM", "AFG"]),
        ("Islamic State and al-Qaeda claim attacks", ["ISIS", "ALQAEDA"]),
        ("The Donetsk People's Republic shells Kharkiv", ["RUS", "UKR"]),
        ("The Kremlin, Downing Street, the Élysée and Zhongnanhai", ["RUS", "GBR", "FRA", "CHN"]),
        (
            "Foggy Bottom and Quai d'Orsay deny it; the Bundestag and the Knesset vote",
            ["USA", "FRA", "DEU", "ISR"],
        ),
        ("Hong Kong, Greenland and Puerto Rico", ["CHN", "DNK", "USA"]),
        ("Chechnya, Scotland, Gaza and Northern Ireland", ["RUS", "GBR", "PSE", "GBR"]),
        ("A U.S. soldier and a U.N. convoy", ["USA", "UN"]),
        ("Nato, Asean and Ecowas condemn the coup", ["NATO", "ASEAN", "ECOWAS"]),
        ("North, South Korea exchange fire", ["PRK", "KOR"]),
        ("Georgia condemns the attack on its consulate.", ["GEO"]),
        ("A storm hits Atlanta, Georgia, on the primary's eve.", []),
        ("The Kurdistan Workers' Party attacks Turkish troops", ["TUR", "TUR"]),
        ("Greeks, Kosovars, Kazakhs and Uzbeks", ["GRC", "XKX", "KAZ", "UZB"]),
        ("Bombers hit Brussels airport; Brussels fines Hungary", ["BEL", "EU", "HUN"]),
        ("Pakistan's Foreign Office summoned the Indian envoy", ["PAK", "PAK", "IND"]),
        ("Leaders of the Indo-Pacific meet at the North Pole", []),
    ],
)
def test_names_count_as_the_guide_says(actors, text, expected):
    assert codes(actors, text) == expected


@pytest.mark.parametrize(
    ("text", "on", "expected"),
    [
        ("Trump threatens new tariffs", date(2018, 5, 1), "USA"),
        ("Merkel rejects the plan", date(2015, 5, 1), "DEU"),
        ("Lavrov calls the charge absurd", date(2016, 5, 1), "RUS"),
        ("Annan urges restraint", date(2004, 5, 1), "UN"),
        ("Kofi Annan arrives in Damascus", date(2009, 5, 1), "GHA"),
        ("Stoltenberg condemns the attack", date(2012, 6, 1), "NOR"),
        ("Stoltenberg condemns the attack", date(2022, 6, 1), "NATO"),
        ("Tusk warns of a wider war", date(2016, 3, 1), "EU"),
        ("Tusk warns of a wider war", date(2024, 3, 1), "POL"),
        ("President-elect Trump vows tariffs", date(2016, 12, 1), "USA"),
        ("Assad denies the attack", date(2013, 9, 1), "SYR"),
        ("Trump calls for a ban", date(2015, 12, 8), "USA"),
        ("Saddam defies the inspectors", date(2002, 12, 30), "IRQ"),
        ("Crown Prince Mohammed arrives", date(2019, 2, 1), "SAU"),
        ("Crown Prince Mohammed bin Zayed arrives", date(2019, 2, 1), "ARE"),
        ("May expels 23 Russian diplomats", date(2018, 3, 14), "GBR"),
        ("Ban urges both sides to stop", date(2012, 3, 14), "UN"),
        ("Yugoslavia recalls its ambassador", date(2002, 1, 1), "SCG"),
        ("South Sudan closes the border", date(2015, 1, 1), "SSD"),
    ],
)
def test_people_and_states_count_as_what_they_were_on_the_day(actors, text, on, expected):
    assert codes(actors, text, on)[0] == expected


def test_a_titles_owner_is_not_sought_across_a_verb_or_a_comma(actors):
    assert codes(actors, "Israel urged President Obama to act", date(2011, 2, 1)) == ["ISR", "USA"]
    assert codes(actors, "In Iraq, President Bush met the troops", date(2006, 2, 1)) == ["IRQ", "USA"]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Michael Jordan opens a museum", "JOR"),
        ("Jordan Spieth wins the Masters", "JOR"),
        ("Chad Smith joins the band", "TCD"),
        ("Paris Hilton sues a tabloid", "FRA"),
        ("A tornado hits Savannah, Georgia, the governor said", "GEO"),
        ("The Georgia Tech team lost", "GEO"),
        ("Wildfires spread in Washington state near Spokane", "USA"),
        ("George Washington University hires a dean", "USA"),
        ("The New England Patriots beat the Jets", "GBR"),
        ("Shares of Bank of America fell", "USA"),
        ("A Turkey sandwich for Thanksgiving, with stuffing", "TUR"),
        ("The quake struck in May; it may rain", "GBR"),
        ("Kerry Washington and Peggy Kerry attended", "USA"),
        ("Johnson & Johnson recalls a drug", "GBR"),
        ("Brown University admits more students", "GBR"),
        ("The Moon Landing anniversary", "KOR"),
    ],
)
def test_names_that_mislead_are_left_alone(actors, text, hidden):
    assert hidden not in codes(actors, text, date(2008, 6, 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Georgia accuses Russia of annexation; Tbilisi recalls its envoy", "GEO"),
        ("Jordan expels the Syrian ambassador", "JOR"),
        ("Chad closes its border with Sudan", "TCD"),
        ("Rebels take Goma in eastern Congo, Kinshasa says", "COD"),
        ("Congo's Sassou Nguesso flies home to Brazzaville", "COG"),
        ("Libya: fighting reaches Tripoli", "LBY"),
        ("Lebanon's Hezbollah takes Tripoli", "LBN"),
        ("Brussels imposes duties on Chinese cars, the European Commission said", "EU"),
    ],
)
def test_ambiguous_names_follow_the_rest_of_the_text(actors, text, expected):
    assert expected in codes(actors, text)


def test_a_newspaper_is_written_with_its_capitals(actors):
    assert codes(actors, "Pakistan today threatened to break with India, the China Daily said") == [
        "PAK",
        "IND",
    ]


def test_the_sources_of_a_report_are_no_actors(actors):
    text = "Peace talks fail. (Times of India) (China Daily) (AP via The Jerusalem Post) (IRNA)"
    assert codes(actors, text) == []
    assert text[slice(*credits(text))].startswith("(Times of India)")
    assert codes(actors, "The Sydney Morning Herald and Russia Today reported it") == []


def test_a_surname_means_whom_the_article_named_in_full(actors):
    found = actors.resolve_article(
        {
            "title": "Smith released from prison in Iran",
            "body": "British student Eleanor Smith was freed. Smith flew home.",
        },
        date(2019, 5, 1),
    )
    people = [m for field in found.values() for m in field if m.kind == "person"]
    assert {m.name for m in people} == {"Eleanor Smith"}
    assert [m.code for m in people if m.text == "Eleanor Smith"] == ["GBR"]


def test_people_in_no_list_are_found_by_their_titles(actors):
    text = "German Justice Minister Klara Beispiel met Abel Zoran, the Chadian oil minister, and Rwanda's health minister, Jean Exemple."
    people = [(m.name, m.code, m.role) for m in actors.find(text, TODAY) if m.kind == "person"]
    assert people == [
        ("Klara Beispiel", "DEU", "justice minister"),
        ("Abel Zoran", "TCD", "oil minister"),
        ("Jean Exemple", "RWA", "health minister"),
    ]


def test_a_capital_after_a_preposition_is_a_place(actors):
    text = "Moscow said that talks in Moscow had failed near Kabul."
    said = [is_place_context(text, m) for m in actors.find(text, TODAY)]
    assert said == [False, True, True]


def test_mentions_are_in_order_do_not_overlap_and_show_the_text(actors):
    text = "U.S. Secretary of State Marco Rubio met Israel's Gideon Sa'ar at the White House; the U.S. Navy sailed from San Diego."
    mentions = actors.find(text, TODAY)
    assert [text[m.start : m.end] for m in mentions] == [m.text for m in mentions]
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    assert all(0 <= m.certainty <= 1 for m in mentions)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300) | st.text(alphabet="US.-'’ ,RussiaTrump\n(){}İßé", max_size=300))
def test_any_text_is_read_without_a_fault(actors, text):
    mentions = actors.find(text, TODAY)
    assert all(text[m.start : m.end] == m.text for m in mentions)
    assert len(fold(text)) == len(text)


def test_every_state_is_known_by_name_and_capital(actors):
    with (REFERENCE / "countries.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if not row["valid_to"]]
    assert len(rows) >= 249
    for row in rows:
        code = row["part_of"] or row["alpha3"]
        assert code in codes(actors, f"{row['name']} rejects the plan"), row["name"]


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("countries.csv", "ZZZ,ZZ,999,Zedland,,,,,,,ZZX,,,", "column part_of is 'ZZX'"),
        ("offices.csv", "a-b,A B,,USA,USA,tsar,tsar,2000,2001,high", "column office is 'tsar'"),
        ("offices.csv", "a-b,A B,,USA,USA,envoy,envoy,2002,2001,high", "is before valid_from"),
        ("groups.csv", "g,Gang,,,XXX,,", "column acts_as is 'XXX'"),
        ("places.csv", "Zedville,,ZZ", "column country is 'ZZ'"),
        ("noise.csv", "Some phrase,blah", "column kind is 'blah'"),
        ("titles.csv", "tsar,tsar,,ZZZ", "column acts_as is 'ZZZ'"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, file, line, said):
    for path in REFERENCE.glob("*.csv"):
        shutil.copy(path, tmp_path)
    with (tmp_path / file).open("a", encoding="utf-8") as out:
        out.write(line + "\n")
    number = len((tmp_path / file).read_text(encoding="utf-8").splitlines())
    with pytest.raises(InputError, match=rf"{re.escape(file)}, line {number}: .*{re.escape(said)}"):
        Actors.load(tmp_path)
