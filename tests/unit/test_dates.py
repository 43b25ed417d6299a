"""A day in a text is resolved against the day of publication, and dates the act whose clause it stands in."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.coding.dates import find_dates
from pipelines.coding.dating import date_of_act

FRIDAY = datetime(2016, 12, 30, 14, 5, tzinfo=UTC)  # a Friday


def days(text, reference=FRIDAY):
    return [span.day for span in find_dates(text, reference) if span.day]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("on 29 December", date(2016, 12, 29)),
        ("on Dec. 29, 2016", date(2016, 12, 29)),
        ("on December 29th", date(2016, 12, 29)),
        ("on the 29th of December", date(2016, 12, 29)),
        ("on 2 March", date(2016, 3, 2)),
        ("on 2 January", date(2017, 1, 2)),
        ("on 17 March last year", date(2015, 3, 17)),
        ("2016-12-29", date(2016, 12, 29)),
        ("on Thursday", date(2016, 12, 29)),
        ("on Friday", date(2016, 12, 30)),
        ("last Friday", date(2016, 12, 23)),
        ("late on Wednesday night", date(2016, 12, 28)),
        ("yesterday", date(2016, 12, 29)),
        ("today", date(2016, 12, 30)),
        ("two days ago", date(2016, 12, 28)),
        ("a week ago", date(2016, 12, 23)),
        ("from 26 to 28 December", None),
        ("26-28 December", date(2016, 12, 26)),
    ],
)
def test_days_are_resolved_against_publication(words, day):
    found = days(f"The envoy left {words}.")
    assert found[:1] == ([day] if day else found[:1])


def test_a_day_of_december_reported_in_january_is_last_year_s():
    assert days("He was expelled on 29 December.", datetime(2017, 1, 2, tzinfo=UTC)) == [date(2016, 12, 29)]


def test_a_leap_day_is_found_and_a_day_that_never_was_is_not():
    assert days("on 29 February", datetime(2017, 3, 1, tzinfo=UTC)) == [date(2016, 2, 29)]
    assert days("on 31 February 2016") == []


@pytest.mark.parametrize(
    ("words", "precision"),
    [
        ("in April", "month"),
        ("earlier this month", "month"),
        ("in March 2014", "month"),
        ("in 2014", "year"),
        ("hours after", "none"),
        ("last week", "none"),
    ],
)
def test_what_is_no_finer_than_a_month_gives_no_day(words, precision):
    spans = find_dates(f"Moscow recalled its envoy {words} the vote.", FRIDAY)
    assert [(s.day, s.precision) for s in spans] == [(None, precision)]


def test_later_days_count_from_the_day_before_them():
    text = "Serbia put its army on alert on 26 December. Three days later it stood down, and the next day talks began."
    assert days(text) == [date(2016, 12, 26), date(2016, 12, 29), date(2016, 12, 30)]


def test_may_and_march_are_months_only_where_they_can_be():
    assert find_dates("Russia may march on; the troops may leave.", FRIDAY) == []
    assert find_dates("Russia left in May.", FRIDAY)[0].precision == "month"


def act(text, trigger, reference=FRIDAY, **more):
    start = text.index(trigger)
    spans = find_dates(text, reference)
    return date_of_act(text, start, start + len(trigger), None, spans, None, reference, **more)


def test_an_act_takes_the_day_of_its_own_clause():
    text = "Obama expelled 35 diplomats on Thursday; Putin declined on Friday to answer."
    assert act(text, "expelled") == (date(2016, 12, 29), "day", "relative")
    assert act(text, "declined")[0] == date(2016, 12, 30)


def test_an_act_without_a_day_takes_that_of_publication_and_says_so():
    assert act("Moscow closes a school.", "closes") == (date(2016, 12, 30), "day", "publication")
    assert act("Moscow closes a school.", "closes", reference_basis="fetch")[2] == "fetch"


def test_background_without_a_day_has_none():
    assert act("Turkey, which had recalled its envoy, protested.", "recalled") == (None, "none", None)
    assert act("Russia protests after the expulsion of its envoy.", "expulsion", nominal=True)[0] is None


def test_a_month_dates_nothing_and_a_day_after_counts_back():
    assert act("In April Malawi expelled the envoy.", "expelled") == (None, "month", None)
    text = "He was sent home on Thursday, a day after Bolivia had ordered out the American."
    assert act(text, "ordered out")[0] == date(2016, 12, 28)


def test_what_will_happen_on_a_weekday_lies_ahead():
    assert act("Clinton will arrive on Wednesday.", "arrive")[0] == date(2017, 1, 4)


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_crash(text):
    for span in find_dates(text, FRIDAY):
        assert 0 <= span.start < span.end <= len(text)
