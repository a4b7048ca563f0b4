"""Answers from a cache: headers that say so, and ids that came twice."""

import pytest

from probe.model.caching import answer_number, cache_header


@pytest.mark.parametrize(
    ("headers", "cached"),
    [
        ({"x-cache": "HIT"}, True),
        ({"x-cache": "Hit from cloudfront"}, True),
        ({"x-cache": "MISS, HIT"}, True),
        ({"x-cache": "MISS from squid"}, False),
        ({"cf-cache-status": "DYNAMIC"}, False),
        ({"cf-cache-status": "HIT"}, True),
        ({"cache-status": "edge; hit; ttl=30"}, True),
        ({"age": "17"}, True),
        ({"age": "0"}, False),
        ({"age": "soon"}, False),
        ({"server": "hit"}, False),
    ],
)
def test_headers_of_caches(headers: dict[str, str], cached: bool) -> None:
    assert (cache_header(headers) is not None) is cached


def test_an_id_is_one_of_one_answer_only_where_it_is_long_enough() -> None:
    assert answer_number(None) is None
    assert answer_number("msg_1") is None
    assert answer_number("msg_01XFDUDYJgAACz") == answer_number("msg_01XFDUDYJgAACz")
    assert answer_number("msg_01XFDUDYJgAACz") != answer_number("msg_01XFDUDYJgAACy")
