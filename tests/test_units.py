import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probe.errors import (
    ClientNotFoundError,
    EnvironmentUnusableError,
    ExitCode,
    ProbeError,
    ResumeRefused,
    StoreError,
    UsageError,
)
from probe.units import format_duration, parse_duration_s


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("2m", 120),
        ("2min", 120),
        ("1.5m", 90),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("1 h", 3600),
        ("250ms", 0.25),
        ("1m250ms", 60.25),
        ("90", 90),
        (" 90 ", 90),
        ("1e2", 100),
        ("0", 0),
        ("10S", 10),
        (7, 7),
        (0.5, 0.5),
    ],
)
def test_reads_durations_as_people_write_them(text: str | float, seconds: float) -> None:
    assert parse_duration_s(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    ["", " ", "soon", "-1", "-5s", "10x", "s", "1s!", "inf", "nan", "1e999", "5 apples", "--3s", -1, True, False,
     float("inf"), float("nan"), None, [], ["90s"], {}, 10**400, "1" * 400],
)  # fmt: skip
def test_refuses_what_is_no_duration_and_shows_how_to_write_one(text: object) -> None:
    with pytest.raises(ValueError, match=r"is not a duration; write it as 90s, 2m, 1h30m or 250ms"):
        parse_duration_s(text)


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999), st.sampled_from(["", " "]))
def test_parts_add_up(hours: int, minutes: int, seconds: int, ms: int, gap: str) -> None:
    text = gap.join((f"{hours}h", f"{minutes}m", f"{seconds}s", f"{ms}ms"))
    assert parse_duration_s(text) == pytest.approx(hours * 3600 + minutes * 60 + seconds + ms / 1000)


@given(st.text(max_size=12))
@example("1E10")
def test_any_text_is_a_duration_or_refused_in_words(text: str) -> None:
    refusal: str | None = None
    seconds = 0.0
    try:
        seconds = parse_duration_s(text)
    except ValueError as error:
        refusal = str(error)
    assert 0 <= seconds < float("inf")
    assert refusal is None or "is not a duration" in refusal or "is longer than 20 days" in refusal


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.0004, "0 ms"),
        (0.85, "850 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.00 s"),
        (1, "1.00 s"),
        (1.24, "1.24 s"),
        (9.996, "10.0 s"),
        (12.34, "12.3 s"),
        (99.96, "1 m 40 s"),
        (125, "2 m 05 s"),
        (3599.4, "59 m 59 s"),
        (3599.6, "1 h 00 m"),
        (3720, "1 h 02 m"),
    ],
)
def test_writes_durations_for_people(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@given(st.floats(0.001, 360_000))
def test_what_is_written_reads_back_within_its_precision(seconds: float) -> None:
    rounding_s = 60 if seconds >= 3599 else 1 if seconds >= 99 else seconds * 0.06 + 0.001
    assert parse_duration_s(format_duration(seconds)) == pytest.approx(seconds, abs=rounding_s)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (UsageError("is bad"), "is bad"),
        (UsageError("is bad", path="a.yaml"), "a.yaml: is bad"),
        (UsageError("is bad", path="a.yaml", line=3), "a.yaml:3: is bad"),
        (UsageError("is bad", path="a.yaml", line=3, key="steps[0].gap"), "a.yaml:3: steps[0].gap: is bad"),
        (UsageError("is bad", line=3, key="gap"), "gap: is bad"),
        (UsageError("is bad", remedy="Make it good."), "is bad\nMake it good."),
    ],
)
def test_an_error_says_where_what_and_what_to_do(error: ProbeError, text: str) -> None:
    assert str(error) == text


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (ProbeError, 1),
        (UsageError, 2),
        (ResumeRefused, 2),
        (EnvironmentUnusableError, 4),
        (ClientNotFoundError, 4),
        (StoreError, 4),
    ],
)
def test_exit_codes_are_those_that_scripts_rely_on(kind: type[ProbeError], code: int) -> None:
    assert kind("x").exit_code == code


def test_exit_codes_of_ends_that_are_no_error() -> None:
    assert (ExitCode.DONE, ExitCode.FAILED, ExitCode.INTERRUPTED) == (0, 3, 130)
