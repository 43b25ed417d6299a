"""The sample's run joins the news with the official list, offline."""

import duckdb
import pytest

ELEVEN = {"21324", "21326", *(str(number) for number in range(21328, 21335)), "21343", "21344"}


@pytest.fixture(scope="module")
def rows(sample):
    home, _ = sample
    with duckdb.connect(str(home / "demarche.duckdb"), read_only=True) as published:
        yield lambda sql: published.execute(sql).fetchall()


def test_the_eleven_designations_of_29_december_2016_are_linked_from_the_news_act(rows):
    linked = rows(
        "select link.entry_id, link.basis, link.score, link.evidence from fct_list_link as link "
        "join fct_sanction as act using (sanction_id) "
        "where act.origin = 'news' and act.sender = 'USA' and act.target = 'RUS' and act.announced_date = '2016-12-29' "
        "and link.outcome = 'linked'"
    )
    assert {entry for entry, *_ in linked} == ELEVEN
    assert all(score >= 0.85 and evidence for _, _, score, evidence in linked)
    assert {"21343", "21344"} <= {
        entry for entry, basis, *_ in linked if basis == "name"
    }  # the GRU and the FSB


def test_the_list_tells_the_act_too_and_never_mixes_with_the_news(rows):
    assert rows(
        "select source, target, type, mode, count, event_date::varchar from fct_event where origin = 'list' order by event_date"
    ) == [
        ("USA", "RUS", "SANCTION", "sanction", 11, "2016-12-29"),
        ("USA", "RUS", "SANCTION", "sanction", 2, "2017-06-20"),
        ("USA", "RUS", "SANCTION", "sanction", 15, "2018-03-15"),
    ]
    stock = rows(
        "select stock from ind_sanctions_in_force where origin = 'list' and measure = 'asset_freeze' order by date"
    )
    assert stock == [(11,), (22,), (24,), (39,)]
    assert rows("select count(*) from fct_event group by event_id having count(distinct origin) > 1") == []


def test_what_the_list_holds_and_the_news_did_not_name_can_be_asked_for(rows):
    kinds = dict(rows("select name, kind from fct_list_disagreement"))
    assert kinds.get("MOLCHANOV, Grigoriy Viktorovich") == "list_only"
    assert "MAIN INTELLIGENCE DIRECTORATE" not in kinds
