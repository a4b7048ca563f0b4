"""The chart of nights: their rates, states and dates."""

import pytest

from probe.model.choices import Language
from probe.model.night import NightState
from probe.render import charts
from probe.texts import Texts
from tests.render.drawn_charts import EN, drawn, filled, words

NIGHTS: list[charts.Night] = [
    ("2026-11-18", "call1", 0.05, 0.01, 0.2, NightState.QUIET),
    ("2026-11-19", "call1", 0.25, 0.1, 0.4, NightState.WATCH),
    ("2026-11-20", "call1", 0.4, 0.3, 0.6, NightState.ALARM),
    ("2026-11-21", "call1", None, None, None, NightState.QUIET),
]


def test_a_night_of_alarm_has_a_shape_of_its_own_and_a_night_without_calls_no_sign() -> None:
    root = drawn(charts.nights_chart(NIGHTS, EN))
    shapes = {each.get("d") for each in filled(root, "step1") if each.get("transform")}
    assert len(shapes) >= 3
    assert {"quiet", "watch", "alarm"} <= set(words(root))
    assert "2026-11-20 call1: 40% (alarm)" in root.get("aria-label", "")
    assert {"11-18", "11-20"} <= set(words(root))
    assert "11-21" not in words(root)


def test_each_night_has_a_place_of_its_own_so_that_no_alarm_hides_a_watch() -> None:
    """Two runs that were begun in one minute are two nights all the same."""
    minute = "2026-11-20 03:30"
    states = {NightState.QUIET: 0.1, NightState.WATCH: 0.3, NightState.ALARM: 0.5}
    nights = [(minute, label, rate, 0.0, 0.9, state) for state, rate in states.items() for label in ("call1", "call2")]
    spec = charts.nights_chart(nights, EN)
    assert [value["place"] for value in spec["layer"][1]["data"]["values"]] == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("dates", "shown"),
    [
        (("2026-11-19 03:30", "2026-11-20 03:31"), ["11-19", "11-20"]),
        (("2025-12-31 03:30", "2026-01-01 03:31"), ["2025-12-31", "2026-01-01"]),
        (("2026-11-20 03:30", "2026-11-20 15:30"), ["11-20 03:30", "11-20 15:30"]),
    ],
)
def test_dates_below_nights_are_short_and_lie_within_the_picture(dates: tuple[str, ...], shown: list[str]) -> None:
    root = drawn(charts.nights_chart([(date, "call1", 0.1, 0.0, 0.2, NightState.QUIET) for date in dates], EN))
    labels = [each for each in root.iter("text") if (each.text or "")[:1].isdigit() and "-" in (each.text or "")]
    assert [each.text for each in labels] == shown
    assert all("rotate" not in each.get("transform", "") for each in labels)


@pytest.mark.parametrize("state", NightState)
@pytest.mark.parametrize("language", Language)
def test_every_state_of_a_night_has_a_word(state: NightState, language: Language) -> None:
    night = ("2026-11-20", "call1", 0.4, 0.3, 0.6, state)
    assert Texts(language)(f"chart.state.{state}") in words(drawn(charts.nights_chart([night], Texts(language))))


def test_a_night_without_an_interval_has_its_sign_alone() -> None:
    spec = charts.nights_chart([("2026-11-18", "call1", 0.05, None, 0.2, NightState.QUIET)], EN)
    assert spec["layer"][0]["data"]["values"] == []
    assert len(spec["layer"][1]["data"]["values"]) == 1


def test_the_last_nights_are_told_to_those_who_cannot_see_it() -> None:
    nights: list[charts.Night] = [
        (f"2026-11-{day:02}", "call1", day / 100, 0.0, 0.9, NightState.QUIET) for day in range(1, 9)
    ]
    told = charts.nights_chart(nights, EN)["description"]
    assert "2026-11-08 call1: 8% (quiet)" in told
    assert "2026-11-03" in told
    assert "2026-11-02" not in told
