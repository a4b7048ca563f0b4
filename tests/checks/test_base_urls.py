"""Other addresses of the Messages API, and where a redirect leads."""

from probe.checks.base_urls import base_of_location, other_bases


def test_where_else_the_api_may_be() -> None:
    assert other_bases("https://a.example/v1")[0] == "https://a.example"
    assert "https://a.example/x/anthropic" in other_bases("https://a.example/x/v1")
    assert "https://a.example/v1" in other_bases("https://a.example")
    assert base_of_location("http://a.example", "https://a.example/v1/messages") == "https://a.example"
    assert base_of_location("http://a.example", "/login") is None
