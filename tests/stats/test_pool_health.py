"""Tests for the health of a target that several vantages called."""

from typing import Any

import pytest

from probe.model.health import Health, HealthWord, RecoveryKind
from probe.stats.pool_health import pool_health

OK, DOWN, UNKNOWN = HealthWord.OK, HealthWord.DOWN, HealthWord.UNKNOWN


def health(word: HealthWord, n: int = 40, failed: int = 0, **fields: Any) -> Health:
    return Health(word=word, n=n, failed=failed, recovered=0, **fields)


@pytest.mark.parametrize(
    ("words", "pooled"),
    [
        ((OK, OK), OK),
        ((DOWN, DOWN), DOWN),
        ((OK, DOWN), HealthWord.FLAKY),
        ((OK, HealthWord.FLAKY), HealthWord.FLAKY),
        ((DOWN, HealthWord.COLD), HealthWord.COLD),
        ((OK, HealthWord.SLOW), HealthWord.SLOW),
        ((UNKNOWN, UNKNOWN), OK),  # together they have seen enough
    ],
)
def test_the_word_of_all_vantages(words: tuple[HealthWord, ...], pooled: HealthWord) -> None:
    assert pool_health([health(word) for word in words], 0.1).word is pooled


def test_calls_and_recoveries_are_added_up_the_most_frequent_first() -> None:
    vantages = [
        health(OK, recoveries=tuple(RecoveryKind(ending=ending, n=n) for ending, n in kinds.items()))
        for kinds in ({"529": 2, "reset": 1}, {"reset": 4})
    ]
    pooled = pool_health(vantages, 0.1)
    assert [(kind.ending, kind.n) for kind in pooled.recoveries] == [("reset", 5), ("529", 2)]
    assert (pooled.n, pooled.calls_to_ok) == (80, None)


def test_few_calls_in_all_say_how_many_more_it_takes() -> None:
    few, fewer = (pool_health([health(UNKNOWN, n=n), health(UNKNOWN, n=4)], 0.1).calls_to_ok for n in (3, 1))
    assert few is not None
    assert fewer == few + 2
