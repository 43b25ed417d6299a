"""`./demarche run --live` without a network: every feed is marked with its reason, and the warehouse stays as it was."""

import shutil

import duckdb
from command import content, demarche

from pipelines.settings import SAMPLE

FEEDS = """feed_id,name,url,language,country,kind,outlet,enabled,fetch_body,reason
nowhere,Nowhere,https://feeds.nowhere.invalid/rss.xml,en,GB,press,Nowhere,true,false,
inside,Inside,http://127.0.0.1:9/rss.xml,en,GB,press,Inside,true,false,
off,Off,https://off.invalid/rss.xml,en,GB,press,Off,false,false,Not wanted.
"""


def test_without_a_network_every_feed_fails_with_its_reason_and_nothing_else_changes(tmp_path):
    home, feeds = tmp_path / "home", tmp_path / "feeds.csv"
    shutil.copytree(SAMPLE / "treasury-washington", tmp_path / "treasury")
    head, *_ = FEEDS.splitlines(keepends=True)
    recorded = "treasury,Treasury,file:treasury,en,US,official,Treasury,{},false,{}\n"
    feeds.write_text(head + recorded.format("true", ""), encoding="utf-8")
    demarche("run", "--live", "--feeds", feeds, home=home, check=0)
    before = content(home)
    assert before["fct_event"]

    feeds.write_text(FEEDS + recorded.format("false", "Read already."), encoding="utf-8")
    done = demarche("run", "--live", home=home, check=1)
    assert "Every feed failed" in done.stderr and "Traceback" not in done.stderr

    with duckdb.connect(str(home / "demarche.duckdb"), read_only=True) as published:
        failures = published.execute(
            "select feed_id, outcome, error from fct_feed_fetch where feed_id in ('nowhere', 'inside', 'off')"
        ).fetchall()
    assert {feed for feed, _, _ in failures} == {"nowhere", "inside"}
    assert all(outcome.startswith("error:") and error for _, outcome, error in failures)
    after = content(home)
    touched = {name for name in before if before[name] != after[name]}
    assert touched <= {"fct_feed_fetch", "ind_coverage", "dim_feed", "fct_list_snapshot"}

    printed = demarche("feeds", home=home, check=0).stdout
    assert "nowhere" in printed and "Not wanted." in printed
