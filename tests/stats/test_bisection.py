"""The search finds the limit of whatever breaks, in few trials."""

from hypothesis import given
from hypothesis import strategies as st

from probe.stats.bisection import find_limit


class BreakingSubject:
    """Breaks at `limit`, and says so, or says only that it broke."""

    def __init__(self, limit: float, *, tells: bool = True) -> None:
        self.limit = limit
        self.tells = tells
        self.tried: list[float] = []

    def breaks_at(self, value: float) -> float | None:
        self.tried.append(value)
        if value < self.limit:
            return None
        return self.limit if self.tells else value


def test_what_stands_all_is_tried_once() -> None:
    subject = BreakingSubject(1000)
    assert find_limit(subject.breaks_at, 600, 1) == (600, None)
    assert subject.tried == [600]


def test_what_tells_where_it_broke_is_tried_twice() -> None:
    subject = BreakingSubject(359)
    assert find_limit(subject.breaks_at, 720, 2) == (357, 359)
    assert subject.tried == [720, 357]


@given(st.floats(0.01, 600), st.floats(0.5, 20), st.booleans())
def test_the_limit_lies_in_the_bracket(limit: float, precision: float, tells: bool) -> None:
    subject = BreakingSubject(limit, tells=tells)
    stood, broke = find_limit(subject.breaks_at, 600, precision)
    assert broke is not None
    assert stood <= limit <= broke
    assert broke - stood <= precision * 1.01
    assert len(subject.tried) <= (2 if tells else 13)


def test_what_breaks_at_once_has_stood_nothing() -> None:
    assert find_limit(lambda _: 0.0, 600, 1) == (0.0, 0.0)


def test_what_breaks_now_here_now_there_ends_too() -> None:
    answers = iter([5.0, None, 1.0])
    stood, broke = find_limit(lambda _: next(answers), 10, 1)
    assert (stood, broke) == (4.0, 5.0)
