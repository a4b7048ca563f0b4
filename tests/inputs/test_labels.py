"""Names of targets, made from names and addresses."""

import pytest

from probe.inputs.labels import as_label, host_label, unlike


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("My Relay (EU)", "my-relay-eu"),
        ("--a--", "a"),
        ("4ever", "at-4ever"),
        ("embedded", "at-embedded"),
        ("Control", "at-control"),
        ("中转站", ""),
        ("", ""),
        ("x" * 40, "x" * 32),
        ("a" * 31 + "-b", "a" * 31),
        ("9" * 40, "at-" + "9" * 29),
    ],
)
def test_a_text_becomes_a_name_of_a_target(text: str, label: str) -> None:
    assert as_label(text) == label


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://api.relay.example:8443/v1", "api-relay-example"),
        ("http://127.0.0.1:8080", "at-127-0-0-1"),
        ("http://[::1", "target"),
        ("nonsense", "target"),
        ("http://中转.example", "example"),
    ],
)
def test_an_address_gives_the_name_of_its_host(url: str, label: str) -> None:
    assert host_label(url) == label


def test_a_name_that_is_taken_gets_the_first_free_number() -> None:
    assert unlike("a", []) == "a"
    assert unlike("a", ["a", "a-2", "a-4"]) == "a-3"
    assert unlike("x" * 32, ["x" * 32]) == "x" * 30 + "-2"
