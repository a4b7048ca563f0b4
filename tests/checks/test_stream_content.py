"""Events of a stream are read from its bytes."""

import pytest

from probe.checks.stream_content import error_inside


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'data: {"error":{"type":"overloaded","message":"later"}}\n\n', ("overloaded", "later")),
        (b'data: {"error":"no channel"}\n\n', ("error", "no channel")),
        (b'data: {"error":null}\n\n', None),
    ],
)
def test_the_error_of_a_stream_in_any_shape(body: bytes, error: tuple[str, str] | None) -> None:
    assert error_inside(body) == error
