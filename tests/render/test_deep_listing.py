"""A deep check in a terminal."""

from probe.render.deep_listing import render_deep
from probe.render.text_layout import width
from probe.texts import Texts
from tests.render.deep_samples import two_targets


def test_the_listing_fits_and_names_what_fails_last() -> None:
    listing = render_deep(two_targets(), Texts(), 100)
    assert max(map(width, listing.splitlines())) <= 100
    assert "Interrupted" in listing
    *_, first, second, took = listing.splitlines()
    assert first == "fine: All cases pass: tools, cache, image."
    assert second == "bad: Fails: tools; cannot be told: cache."
    assert took == "Took 65.0 s; 525 tokens, as far as answers say."
