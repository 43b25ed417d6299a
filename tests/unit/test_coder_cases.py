"""What a reader of the news may rely on: who is said to have done what, and whether it was done at all."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.coding.coder import Coder
from pipelines.coding.merge import Act, merge
from pipelines.coding.records import Article, Event

WHEN = datetime(2018, 3, 30, 14, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


def events(coder: Coder, summary: str = "", title: str = "") -> tuple[Event, ...]:
    return coder.code(Article(id="a", reference=WHEN, title=title, summary=summary)).events


def acts(coder: Coder, summary: str = "", title: str = "") -> dict[tuple, str]:
    """Source, target and mode of each act of sanctions, with its status."""
    found = events(coder, summary, title)
    return {(e.source, e.target, e.mode): e.status for e in found if e.type == "SANCTION"}


def counts(coder: Coder, summary: str, title: str = "") -> dict[tuple, int | None]:
    return {(e.source, e.target, e.mode): e.count for e in events(coder, summary, title)}


@pytest.mark.parametrize(
    "summary",
    [
        "Lavrov said that he had proposed to President Putin to expel 35 US diplomats.",
        "Lavrov has asked President Putin to approve the expulsion of 35 American diplomats.",
        "Lavrov wants to expel 35 American diplomats.",
    ],
)
def test_what_a_minister_proposes_to_his_president_is_planned(coder, summary):
    assert acts(coder, summary) == {("RUS", "USA", "expel"): "planned"}


def test_a_proposal_told_twice_is_nowhere_put_out_as_done(coder):
    found = events(
        coder,
        title="Lavrov proposes expelling 35 US diplomats",
        summary="Russian Foreign Minister Sergei Lavrov said that he had proposed to President Putin to expel 35 US diplomats.",
    )
    assert [(e.status, e.count) for e in found if e.mode == "expel"] == [("planned", 35)]


@pytest.mark.parametrize(
    "text",
    [
        "Putin decides against expelling US diplomats",
        "Putin rules out expelling American diplomats",
        "Russia will not expel US diplomats",
        "Russia is not going to expel US diplomats",
        "Russia has no plans to expel US diplomats",
        "Putin rejected a plan to expel 35 US diplomats.",
        "Putin turned down a proposal to send 35 American diplomats home.",
        "Putin refused to expel American diplomats.",
    ],
)
def test_an_expulsion_decided_against_is_denied(coder, text):
    assert set(acts(coder, text).values()) <= {"denied"}
    assert set(acts(coder, title=text).values()) <= {"denied"}


def test_a_report_that_is_called_false_is_not_believed(coder):
    found = acts(
        coder, "A report that Qatar had recalled its ambassador from Egypt is false, the government said."
    )
    assert "actual" not in found.values()


@pytest.mark.parametrize(
    "text",
    [
        "The United States ordered Russia to close its consulate in Seattle.",
        "Washington told Moscow to close its consulate in San Francisco.",
        "US tells Russia to shut its consulate in Seattle",
    ],
)
def test_who_orders_a_consulate_shut_is_the_one_who_closes_it(coder, text):
    assert acts(coder, text) == {("USA", "RUS", "close"): "actual"}
    assert not any(e.type == "REQUEST" for e in events(coder, text))


def test_who_orders_an_embassy_to_cut_its_staff_expels_them(coder):
    found = acts(coder, "Moscow told Washington on Friday to cut its diplomatic staff in Russia to 455.")
    assert found == {("RUS", "USA", "expel"): "actual"}


def test_whoever_must_leave_a_country_is_expelled_by_it(coder):
    for text in (
        "60 American diplomats have to leave Russia by April 5.",
        "60 US diplomats must leave Russia.",
    ):
        assert counts(coder, text) == {("RUS", "USA", "expel"): 60}


def test_an_order_that_another_is_asked_to_give_is_not_given(coder):
    assert "actual" not in acts(coder, "Ecuador asked Cuba to withdraw its ambassador.").values()


def test_the_staff_that_may_stay_are_not_those_expelled(coder):
    assert 455 not in counts(coder, "Russia told the United States to cut its embassy staff to 455.").values()


def test_one_number_told_twice_is_not_added_up(coder):
    found = counts(
        coder,
        title="Russia expels 60 US diplomats, shuts consulate",
        summary="Russia declared 60 American diplomats persona non grata and is closing the US consulate general in St Petersburg. "
        "The 60 diplomats must leave by April 5.",
    )
    assert found["RUS", "USA", "expel"] == 60
    assert found["RUS", "USA", "close"] in (None, 1)


@pytest.mark.parametrize("joint", ["; ", ", while "])
def test_a_list_without_its_verb_goes_on_with_the_same_act(coder, joint):
    found = counts(
        coder,
        f"Germany, France and Poland expel four Russian diplomats each{joint}Denmark, Italy, the Netherlands and Spain two each.",
    )
    for state in ("DEU", "FRA", "POL"):
        assert found.get((state, "RUS", "expel")) == 4
    for state in ("DNK", "ITA", "NLD", "ESP"):
        assert found.get((state, "RUS", "expel")) == 2
    assert all(target == "RUS" for _, target, _ in found)


def test_states_told_one_by_one_expel_from_the_same_state(coder):
    found = counts(
        coder,
        "Ukraine expelled 13 Russian diplomats. Canada expelled four. Albania expelled two. Norway expelled one.",
    )
    assert found == {
        ("UKR", "RUS", "expel"): 13,
        ("CAN", "RUS", "expel"): 4,
        ("ALB", "RUS", "expel"): 2,
        ("NOR", "RUS", "expel"): 1,
    }


def test_a_number_goes_to_the_act_it_stands_with(coder):
    found = counts(coder, "", title="US to expel 60 Russians and close Seattle consulate")
    assert found == {("USA", "RUS", "expel"): 60, ("USA", "RUS", "close"): None}


def test_a_consulate_ordered_closed_is_closed_by_who_orders_it(coder):
    found = acts(
        coder,
        "The US State Department confirmed that it had ordered the Chinese consulate in Houston closed.",
    )
    assert found == {("USA", "CHN", "close"): "actual"}


def test_a_minister_who_asks_his_own_president_asks_nothing_of_others(coder):
    found = events(coder, "Lavrov has asked President Putin to approve the expulsion of 35 US diplomats.")
    assert not any(e.type == "REQUEST" for e in found)


def test_lifted_sanctions_are_not_those_of_whom_they_hit(coder):
    assert ("NER", "ECOWAS", "sanction") not in acts(
        coder, title="ECOWAS Lifts Niger Sanctions, Reopens Borders"
    )


def test_blocked_property_is_not_blocked_by_its_owner(coder):
    found = acts(
        coder,
        "The US Treasury put 19 Russians on its list. All their property under US jurisdiction is blocked.",
    )
    assert set(found) == {("USA", "RUS", "sanction")}


@pytest.mark.parametrize(
    "summary",
    [
        "Australia buys a fleet of underwater drones for US$1.1 billion.",
        "Delegates from twelve South American countries meeting in Cuzco, Peru, sign a deal.",
        "Mexican marines arrest seven gunmen suspected of killing Central and South American migrants.",
    ],
)
def test_dollars_and_continents_are_no_states(coder, summary):
    assert not any("USA" in (e.source, e.target) for e in events(coder, summary))


def test_aid_is_no_sanction(coder):
    assert not acts(coder, "Sweden announces a package of $1.23 billion in military aid to Ukraine.")


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        (
            "Australia's Smith and Warner banned for 12 months after ball-tampering in South Africa",
            "Cricket Australia sent home Steve Smith and David Warner from South Africa.",
        ),
        (
            "England attack stuns Australia in second Test",
            "England's bowlers hit back to beat Australia in Perth by ten wickets.",
        ),
        ("Trump fires Secretary of State Tillerson", "The president sacked Rex Tillerson on Tuesday."),
    ],
)
def test_sport_and_sackings_are_no_acts_between_states(coder, title, summary):
    assert not [e for e in events(coder, summary, title) if e.status in ("actual", "planned")]


def test_two_parts_at_two_places_are_one_act_however_long_their_names(coder):
    assert counts(
        coder,
        "Norway declared 12 employees of the Russian Embassy in Oslo and three employees of the Russian Consulate "
        "General in Kirkenes persona non grata.",
    ) == {("NOR", "RUS", "expel"): 15}


def test_nothing_is_done_to_who_is_said_to_do_it(coder):
    title = "Pakistan strikes back at Iran after missile raid"
    summary = (
        "Pakistan bombed hideouts in Iran's Sistan province on Thursday. "
        "On Tuesday Iran had fired missiles at a village in Pakistan's Balochistan province."
    )
    told = {
        (e.source, e.target, e.type)
        for e in events(coder, summary, title)
        if any("Iran had fired" in evidence.sentence for evidence in e.evidence)
    }
    assert told == {("IRN", "PAK", "ASSAULT")}


def test_further_talk_of_an_act_is_no_hypothetical_second_one(coder):
    summary = (
        "Iran seized a British tanker in the Strait of Hormuz on Friday. "
        "The seizure of a tanker by Iran could push up the price of oil, Britain said."
    )
    found = [e for e in events(coder, summary) if (e.source, e.target, e.type) == ("IRN", "GBR", "COERCE")]
    assert [e.status for e in found] == ["actual"]


def test_talk_around_what_was_denied_tells_no_act_that_was_done(coder):
    found = acts(
        coder,
        title="Putin decides against expelling US diplomats",
        summary="Russia will not expel any American diplomats for now, President Vladimir Putin said on Friday. He invited "
        "the children of US diplomats to the New Year's party at the Kremlin.",
    )
    assert found == {("RUS", "USA", "expel"): "denied"}


def test_what_was_denied_on_a_day_keeps_it(coder):
    summary = "Russia will not expel any American diplomats, President Vladimir Putin said on Friday."
    assert [(e.status, e.date) for e in events(coder, summary) if e.mode == "expel"] == [
        ("denied", date(2018, 3, 30))
    ]


@pytest.mark.parametrize(("confidence", "days"), [(0.6, [30]), (0.9, [30, 16])])
def test_a_further_act_on_another_day_must_be_sure(confidence, days):
    def strike(day: int, confidence: float) -> Act:
        return Act(
            "PAK", "IRN", "ASSAULT", "strike", "195", "actual", date(2018, 3, day), "day", "stated", None, None,
            False, confidence, [f"mention of {day} March"],
        )  # fmt: skip

    found = merge([strike(30, 0.95), strike(16, confidence)])
    assert [a.day.day for a in found] == days
    assert sum(len(a.mentions) for a in found) == 2


def test_who_does_not_answer_an_act_did_not_do_it(coder):
    found = acts(
        coder,
        title="Moscow cuts American staff",
        summary="Russia on Friday told hundreds of employees of the American embassy to leave. "
        "In December Russia had chosen not to reply to the expulsion of 35 of its diplomats.",
    )
    assert found == {("RUS", "USA", "expel"): "actual", ("USA", "RUS", "expel"): "actual"}


def test_who_must_cut_his_staff_is_told_to_by_who_says_so(coder):
    assert acts(coder, title="US must slash staff in Russia, says Moscow") == {
        ("RUS", "USA", "expel"): "actual"
    }


@pytest.mark.parametrize(
    "summary",
    [
        "Russia summoned U.S. Ambassador Jon Huntsman on Thursday and told him that 60 American diplomats have until April 5 to leave.",
        "58 employees of the US Embassy in Moscow and two of the US Consulate General in Yekaterinburg have been declared "
        "persona non grata by Russia.",
    ],
)
def test_a_number_outweighs_a_lone_ambassador_and_parts_are_summed(coder, summary):
    assert [e.count for e in events(coder, summary) if e.mode == "expel"] == [60]


def test_a_mention_goes_to_the_act_that_it_agrees_with_best():
    def sanction(mode: str, day: int | None, basis: str) -> Act:
        return Act(
            "PER", "BOL", "SANCTION", mode, "163", "actual", day and date(2018, 3, day), "day", basis, None, None,
            False, 0.9, [f"{mode} of {day} March"],
        )  # fmt: skip

    found = merge(
        [
            sanction("expel", 27, "stated"),
            sanction("recall", 27, "stated"),
            sanction("recall", 30, "publication"),
        ]
    )
    assert [(a.mode, a.day.day, len(a.mentions)) for a in found] == [("expel", 27, 1), ("recall", 27, 2)]


def test_what_takes_effect_on_a_later_day_is_planned(coder):
    summary = (
        "The United States will impose tariffs on Chinese goods starting September 1, Trump said on Thursday."
    )
    assert [(e.status, e.date) for e in events(coder, summary)] == [("planned", date(2018, 9, 1))]


@pytest.mark.parametrize(
    ("summary", "mode"),
    [
        ("India and Pakistan each expel a diplomat from the other country over Kashmir.", "expel"),
        ("Estonia and Russia expelled two of each other's diplomats on Friday.", "expel"),
        ("The United States and China closed each other's consulates in Houston and Chengdu.", "close"),
    ],
)
def test_what_two_states_do_to_each_other_is_one_reciprocal_act(coder, summary, mode):
    found = events(coder, summary)
    assert [(e.mode, e.reciprocal) for e in found] == [(mode, True)]


def test_what_is_answered_was_done_though_the_answer_is_only_proposed(coder):
    found = acts(
        coder,
        "Lavrov said that he had proposed to President Putin to expel 35 US diplomats, 31 from Moscow and four from "
        "St Petersburg, in response to Washington's expulsion of as many Russians a day earlier.",
    )
    assert found == {("RUS", "USA", "expel"): "planned", ("USA", "RUS", "expel"): "actual"}


def test_no_particle_tells_an_act(coder):
    summary = "Russia on Friday ordered the United States to reduce the staff of its embassy to 455 people."
    assert acts(coder, summary) == {("RUS", "USA", "expel"): "actual"}


def test_who_tells_of_a_fight_has_no_part_in_it_where_others_are_named(coder):
    told = events(
        coder,
        "Vietnamese-led forces have retaken a village in western Cambodia after fierce fighting with guerrillas, "
        "Thai military sources said.",
    )
    assert [(e.source, e.target, e.type) for e in told] == [("VNM", "KHM", "ASSAULT")]
    struck = events(coder, "Israeli jets struck a village in the south, Lebanese officials said on Monday.")
    assert ("ISR", "LBN", "ASSAULT") in [(e.source, e.target, e.type) for e in struck]


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("Russian shelling killed 12 near Kharkiv on Tuesday.", {("RUS", "UKR", "strike"): 12}),
        ("Germany sent four Russian diplomats home on Tuesday.", {("DEU", "RUS", "expel"): 4}),
        (
            "Russia expels 755 U.S. diplomats in response to new sanctions imposed by the United States.",
            {("RUS", "USA", "expel"): 755, ("USA", "RUS", "sanction"): None},
        ),
        (
            "Russian missiles struck a mall with 1,000 people inside in Ukraine on Monday, killing at least 13.",
            {("RUS", "UKR", "strike"): 13},
        ),
        (
            "Russia on Wednesday expelled 34 French, 27 Spanish and 24 Italian diplomats.",
            {("RUS", "FRA", "expel"): 34, ("RUS", "ESP", "expel"): 27, ("RUS", "ITA", "expel"): 24},
        ),
        (
            "The United States on Thursday ordered 35 Russian diplomats to leave the country within 72 hours and imposed sanctions "
            "on the GRU and the FSB.",
            {("USA", "RUS", "expel"): 35, ("USA", "RUS", "sanction"): None},
        ),
        (
            "Russia ordered the United States to reduce the staff of its embassy to 455 people, hitting back at a sanctions bill.",
            {("RUS", "USA", "expel"): None, ("USA", "RUS", "sanction"): None},
        ),
        (
            "The United States cut its force in Afghanistan to 2,500 soldiers on Friday.",
            {("USA", "AFG", "withdraw"): None},
        ),
    ],
)
def test_a_number_belongs_to_the_act_that_it_tells_of(coder, summary, expected):
    assert counts(coder, summary) == expected


def test_days_are_those_that_the_text_means(coder):
    def told(summary: str, *when: int) -> tuple:
        article = Article(
            id="a", reference=datetime(*when, 12, tzinfo=UTC), title="", summary=summary, body=""
        )
        (act,) = coder.code(article).events
        return act.status, act.date

    assert told("The European Union bans Russian diamonds from Jan. 1.", 2024, 1, 4) == (
        "actual",
        date(2024, 1, 1),
    )
    assert told("U.S. tariffs on Chinese goods will take effect on Friday.", 2018, 7, 5) == (
        "planned",
        date(2018, 7, 6),
    )


def test_designees_stand_in_lists_with_dots_and_capitals(coder):
    def named(summary: str) -> set[str]:
        article = Article(id="a", reference=WHEN, title="", summary=summary, body="")
        return {name for record in coder.code(article).sanctions for name in record.designees}

    assert named(
        "Russia has put U.S. President Joe Biden, Secretary of State Antony Blinken and Hillary Clinton on a sanctions list."
    ) == {"Joe Biden", "Antony Blinken", "Hillary Clinton"}
    assert named(
        "The United States imposed sanctions on two tankers, the Yasa Golden Bosphorus and the SCF Primorye, for carrying Russian oil."
    ) == {"Yasa Golden Bosphorus", "SCF Primorye"}


def test_why_something_is_rejected_is_no_charge_of_its_own(coder):
    (act,) = events(coder, "China rejected Japan's protest as groundless.")
    assert (act.source, act.target, act.type) == ("CHN", "JPN", "REJECT")
