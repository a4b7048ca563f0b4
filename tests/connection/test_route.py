"""The way to an upstream: directly, or by a proxy of the environment."""

import pytest

from probe.connection.route import route_to
from probe.errors import UsageError


@pytest.mark.parametrize("url", ["socks5://h:1", "https://h:1"])
def test_a_proxy_that_the_recorder_cannot_use_is_an_error(url: str) -> None:
    with pytest.raises(UsageError, match="HTTP_PROXY"):
        route_to("http://h.example", {"HTTP_PROXY": url}, None)
    assert route_to("http://h.example", {"HTTP_PROXY": "https://h:1", "NO_PROXY": "h.example"}, None).proxy is None
