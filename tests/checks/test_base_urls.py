"""Other addresses of the Messages API, and where a redirect leads."""

import pytest

from probe.checks.base_urls import base_of_location, other_bases, redirect_remedy
from probe.texts import Texts


def test_where_else_the_api_may_be() -> None:
    assert other_bases("https://a.example/v1")[0] == "https://a.example"
    assert "https://a.example/x/anthropic" in other_bases("https://a.example/x/v1")
    assert "https://a.example/v1" in other_bases("https://a.example")
    assert base_of_location("http://a.example", "https://a.example/v1/messages") == "https://a.example"
    assert base_of_location("http://a.example", "/login") is None


@pytest.mark.parametrize(
    ("base_url", "likely"),
    [
        ("https://a.example", "https://a.example/v1"),
        ("https://a.example/", "https://a.example"),
        ("https://a.example/v1", "https://a.example"),
        ("https://a.example/v1/messages", "https://a.example"),
        ("https://a.example/api/v1/chat/completions", "https://a.example/api"),
        ("https://a.example:8443/x/v1/models", "https://a.example:8443/x"),
    ],
)
def test_the_likeliest_other_address_is_without_what_belongs_to_an_endpoint(base_url: str, likely: str) -> None:
    bases = other_bases(base_url)
    assert bases[0] == likely
    assert base_url not in bases
    assert len(bases) == len(set(bases))
    assert {"anthropic", "api/anthropic"} <= {base.partition("example")[2].partition("/")[2] for base in bases}


def test_where_a_redirect_points_to_comes_before_all_that_is_guessed() -> None:
    assert other_bases("http://a.example", "/api/v1/messages")[0] == "http://a.example/api"
    assert other_bases("http://a.example", "/login") == other_bases("http://a.example")


@pytest.mark.parametrize(
    ("location", "base"),
    [
        ("/v1/messages", "http://a.example"),
        ("/x/v1/messages?beta=true", "http://a.example/x"),
        ("//b.example/v1/messages", "http://b.example"),
        ("https://b.example:8443/api/v1/messages", "https://b.example:8443/api"),
        ("messages", "http://a.example/base"),
        ("https://user:secret@b.example/v1/messages", None),
        ("ftp://b.example/v1/messages", None),
        ("http://[::1/v1/messages", None),
        ("/v1/messages/", None),
        ("", None),
        (None, None),
    ],
)
def test_a_redirect_names_a_base_url_where_it_leads_to_the_messages_endpoint(
    location: str | None, base: str | None
) -> None:
    assert base_of_location("http://a.example/base", location) == base


@pytest.mark.parametrize(
    ("location", "remedy"),
    [
        ("/x/v1/messages", "Set base_url to http://a.example/x"),
        ("https://b.example/v1/messages", "https://b.example if b.example may have your"),
        ("/v1/messages", "serve that path itself"),
        ("/v1/messages/", "serve that path itself"),
        ("/v1/messages/?x=1", "serve that path itself"),
        ("/login?next=/v1/messages", "a login page"),
        (None, "names no address"),
    ],
)
def test_what_is_to_be_done_about_a_redirect(location: str | None, remedy: str) -> None:
    assert remedy in Texts().words(redirect_remedy("http://a.example", location))
