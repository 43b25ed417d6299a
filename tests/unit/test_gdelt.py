"""GDELT's files become mentions between states; every row is accounted for, and wrong files are named."""

import hashlib
import zipfile
from datetime import date
from pathlib import Path

import pytest

from pipelines.download import Downloads
from pipelines.errors import DemarcheError, InputError
from pipelines.gdelt.build import backfill
from pipelines.gdelt.files import discover, from_list
from pipelines.gdelt.load import columns
from pipelines.lake import Lake, fingerprint

SHARED = Path(__file__).parents[3] / "shared" / "gdelt"
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the real samples are not here")

WIDTHS = {"2.0": 61, "1.0": 58, "1.0-early": 57}


def row(
    number, one, two, event, version="2.0", url="https://news.example/1", day=20200101, goldstein=0.0, **more
):
    """A line of an export file; one and two are country codes, or GROUP:code for a known group."""
    cells = dict.fromkeys(columns(version), "")
    for side, code in (("a1", one), ("a2", two)):
        group = code.startswith("GROUP:")
        cells |= {f"{side}_code": code[-3:], f"{side}_{'group' if group else 'country'}": code[-3:]}
    added = f"{day}001500" if version == "2.0" else day
    cells |= {"id": number, "day": day, "event": event, "goldstein": goldstein, "is_root": 1, "mentions": 2, "articles": 1,
              "tone": -1.5, "added": added}  # fmt: skip
    if "url" in cells:
        cells["url"] = url
    return "\t".join(str(value) for value in (cells | more).values())


def write(folder, *rows, name="20200101001500.export.CSV"):
    path = folder / name
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake")


def loaded(lake, day="2020-01-01"):
    mentions = lake.read("gdelt_mentions", f"gdelt-{day}").to_pylist()
    (counts,) = lake.read("gdelt_files", f"gdelt-{day}").to_pylist()
    return mentions, counts


def test_the_formats_have_their_published_widths():
    assert {version: len(columns(version)) for version in WIDTHS} == WIDTHS


@pytest.mark.parametrize("version", WIDTHS)
def test_rows_of_every_format_become_mentions_in_our_codes(tmp_path, lake, version):
    name = "20200101001500.export.CSV" if version == "2.0" else "20200101.export.CSV"
    write(
        tmp_path,
        row(1, "USA", "RUS", "163", version, goldstein=-8.0),
        row(2, "ROM", "GROUP:EEC", "057", version),
        name=name,
    )
    backfill(str(tmp_path / name), lake)
    (one, two), counts = loaded(lake)
    kept = lake.read("gdelt_mentions", "gdelt-2020-01-01")
    assert fingerprint(kept) == lake.complete("gdelt_mentions", "gdelt-2020-01-01").fingerprint
    assert (one["source"], one["target"], one["type"], one["mode"], one["cameo"]) == (
        "USA",
        "RUS",
        "SANCTION",
        "sanction",
        "163",
    )
    assert (two["source"], two["target"], two["type"]) == ("ROU", "EU", "AGREE")
    assert one["event_date"] == one["added_date"] == date(2020, 1, 1)
    assert one["outlet"] == (None if version == "1.0-early" else "news.example")
    assert (counts["row_count"], counts["mention_count"], counts["version"]) == (2, 2, version[:3])


def test_known_faults_are_folded_or_left_out_and_counted(tmp_path, lake):
    write(
        tmp_path,
        row(1, "USA", "RUS", "036"), row(2, "RUS", "USA", "036"),  # one article, both directions
        row(3, "FRA", "DEU", "042"), row(4, "DEU", "FRA", "043"),  # a visit, told by guest and host
        row(5, "CHN", "IND", "190"), row(6, "CHN", "IND", "190", a1_type1="MIL"), row(7, "CHN", "IND", "190"),  # once for each place
        row(8, "USA", "USA", "040"), row(9, "USA", "AFR", "040"), row(10, "USA", "", "040"),
        row(11, "USA", "IRN", "010"), row(12, "USA", "IRN", "120", day=20200101, added=20191231001500),
        row(13, "USA", "IRN", "130", added=20191220001500), row(14, "JPN", "KOR", "055", goldstein=-7.0),
    )  # fmt: skip
    backfill(str(tmp_path), lake)
    mentions, counts = loaded(lake)
    told = {
        m["gdelt_id"]: (m["source"], m["target"], m["cameo"], m["is_reciprocal"], m["row_count"])
        for m in mentions
    }
    assert told == {
        1: ("RUS", "USA", "036", True, 2), 3: ("FRA", "DEU", "042", False, 2), 5: ("CHN", "IND", "190", False, 3),
        12: ("USA", "IRN", "120", False, 1), 14: ("JPN", "KOR", "055", False, 1),
    }  # fmt: skip
    parts = {
        name: counts[f"{name}_count"]
        for name in ("missing_actor", "self_pair", "bad_date", "no_type", "duplicate", "both_directions")
    }
    assert parts == {
        "missing_actor": 2,
        "self_pair": 1,
        "bad_date": 1,
        "no_type": 1,
        "duplicate": 2,
        "both_directions": 2,
    }
    assert counts["wrong_sign_count"] == 1  # Apologize is cooperation, whatever the file says
    assert counts["row_count"] == sum(parts.values()) + counts["mention_count"] == 14


def test_malformed_rows_are_set_aside_with_their_line_numbers(tmp_path, lake):
    write(
        tmp_path,
        row(1, "USA", "RUS", "163"),
        "cut\toff",
        row("x", "USA", "RUS", "163"),
        row(4, "USA", "IRN", "163"),
    )
    backfill(str(tmp_path), lake)
    mentions, counts = loaded(lake)
    assert [m["gdelt_id"] for m in mentions] == [1, 4] and counts["malformed_count"] == 2
    aside = lake.read("quarantine", "gdelt-2020-01-01").to_pylist()
    assert [(q["position"], q["origin"]) for q in aside] == [(2, "gdelt"), (3, "gdelt")]
    assert "line 2" in aside[0]["evidence"] and "20200101001500.export.CSV" in aside[0]["evidence"]


def test_a_backfill_goes_on_where_it_stopped_and_a_changed_day_is_loaded_again(tmp_path, lake):
    files = tmp_path / "files"
    files.mkdir()
    for day in (1, 2, 3):
        write(files, row(day, "USA", "RUS", "163", day=20200100 + day), name=f"2020010{day}000000.export.CSV")
    first = backfill(str(files), lake, date(2020, 1, 1), date(2020, 1, 2))
    assert (first.days, first.loaded) == (2, 2)
    second = backfill(str(files), lake)
    assert (second.loaded, second.unchanged) == (1, 2)
    write(files, row(9, "USA", "CHN", "163", day=20200102), name="20200102000000.export.CSV")
    assert backfill(str(files), lake).loaded == 1
    assert [m["gdelt_id"] for m in loaded(lake, "2020-01-02")[0]] == [9]


def test_zipped_files_are_checked_against_the_master_list(tmp_path, lake):
    path = write(tmp_path, row(1, "USA", "RUS", "163"))
    for day in (1, 2):
        with zipfile.ZipFile(tmp_path / f"2020010{day}001500.export.CSV.zip", "w") as archive:
            archive.write(path, path.name)
    path.unlink()
    good, bad = sorted(tmp_path.glob("*.zip"))
    md5 = hashlib.md5(good.read_bytes()).hexdigest()
    (tmp_path / "masterfilelist.txt").write_text(
        f"{good.stat().st_size} {md5} http://x.example/{good.name}\n{bad.stat().st_size} {'0' * 32} http://x.example/{bad.name}\n"
    )
    report = backfill(str(tmp_path), lake)
    assert report.loaded == 1 and "20200102001500.export.CSV.zip has the MD5" in report.refused[0]
    assert loaded(lake)[1]["md5"] == md5
    bad.write_bytes(bad.read_bytes()[:-40])
    assert "bytes where the list says" in backfill(str(tmp_path), lake).refused[0]


def test_a_day_that_lacks_a_file_is_loaded_without_it_and_again_when_it_is_there(tmp_path, lake):
    write(tmp_path, row(1, "USA", "RUS", "163"))
    second = write(tmp_path, "a,b,c", name="20200101003000.export.CSV")
    report = backfill(str(tmp_path), lake)
    assert report.loaded == 1 and second.name in report.refused[0]
    write(tmp_path, row(2, "USA", "CHN", "163"), name=second.name)
    assert backfill(str(tmp_path), lake).refused == []
    assert len(lake.read("gdelt_mentions", "gdelt-2020-01-01")) == 2
    assert backfill(str(tmp_path), lake).unchanged == 1


def test_both_master_lists_are_read():
    two = from_list("150383 297a16b493de7cf6ca809a7cc31d0b93 http://d.example/gdeltv2/20150218230000.export.CSV.zip\n"
                    "318084 bb27f78ba45f69a17ea6ed7755e9f8ff http://d.example/gdeltv2/20150218230000.mentions.CSV.zip\n", "")  # fmt: skip
    (file,) = two
    assert (file.day, file.size, file.md5[:4]) == (date(2015, 2, 18), 150383, "297a")
    (file,) = from_list(
        "297a16b493de7cf6ca809a7cc31d0b93  20130405.export.CSV.zip\n", "http://d.example/events/md5sums"
    )
    assert (file.url, file.day) == ("http://d.example/events/20130405.export.CSV.zip", date(2013, 4, 5))


def test_what_is_no_export_file_is_named(tmp_path, lake):
    with pytest.raises(InputError, match="does not exist"):
        discover(str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="no GDELT export files"):
        discover(str(tmp_path))
    write(tmp_path, "a,b,c")
    (line,) = backfill(str(tmp_path), lake).refused
    assert "20200101001500.export.CSV is no GDELT export file" in line
    with pytest.raises(DemarcheError, match="cannot be had"):
        backfill(
            "http://127.0.0.1:9/masterfilelist.txt", lake, web=Downloads("t", sleep=lambda seconds: None)
        )


@shared
def test_real_files_are_read_whole_and_every_row_is_accounted_for(lake):
    report = backfill(str(SHARED), lake)
    counts = report.counts
    parts = ("missing_actor", "self_pair", "bad_date", "no_type", "duplicate", "both_directions", "mention")
    assert counts["row_count"] == 1540 + 1629 == sum(counts[f"{part}_count"] for part in parts)
    assert counts["malformed_count"] == 0 and counts["mention_count"] > 200


def test_in_dagster_the_backfill_is_one_run_with_its_account(tmp_path):
    from dagster import materialize

    from pipelines.gdelt.assets import gdelt_mentions
    from pipelines.resources import Home

    files = tmp_path / "files"
    files.mkdir()
    write(files, row(1, "USA", "RUS", "163"))
    write(files, "a,b,c", name="20200102001500.export.CSV")
    done = materialize(
        [gdelt_mentions],
        resources={"home": Home(home=str(tmp_path / "home"))},
        run_config={"ops": {"gdelt_mentions": {"config": {"place": str(files), "first": "2020-01-01"}}}},
    )
    (check,) = done.get_asset_check_evaluations()
    assert not check.passed and "no GDELT export file" in check.metadata["refused"].value
    (made,) = done.asset_materializations_for_node("gdelt_mentions")
    assert (made.metadata["dagster/row_count"].value, made.metadata["days_loaded_now"].value) == (1, 1)
