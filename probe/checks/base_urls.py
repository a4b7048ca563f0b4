"""Guess other base URLs of the Messages API, and follow what a redirect says. Pure."""

from urllib.parse import urljoin, urlsplit, urlunsplit

from probe.texts.phrase import Phrase, phrase

_MESSAGES = "/v1/messages"
_SUFFIXES = ("/v1/messages", "/messages", "/v1/chat/completions", "/chat/completions", "/v1/models", "/v1")


def other_bases(base_url: str, location: str | None = None) -> list[str]:
    """Return base URLs at which the Messages API may be, where it is not at this one; the likeliest first."""
    parts = urlsplit(base_url)
    path = parts.path.rstrip("/")
    short = _without_suffixes(path)
    longer = [] if path.endswith("/v1") else [path + "/v1"]
    below = [short + "/anthropic", short + "/api/anthropic", short + "/api"]
    paths = [short, *longer, *below, "", "/anthropic", "/api/anthropic"]
    bases = [urlunsplit((parts.scheme, parts.netloc, path, "", "")) for path in paths]
    pointed = base_of_location(base_url, location)
    if pointed:
        bases.insert(0, pointed)
    return [base for base in dict.fromkeys(bases) if base != base_url]


def _without_suffixes(path: str) -> str:
    """Return a path without what belongs to an endpoint."""
    while True:
        suffix = next((suffix for suffix in _SUFFIXES if path.endswith(suffix)), None)
        if suffix is None:
            return path
        path = path.removesuffix(suffix)


def base_of_location(base_url: str, location: str | None) -> str | None:
    """Return the base URL that a redirect of the messages endpoint points to; None where it is no such endpoint."""
    if not location:
        return None
    try:
        parts = urlsplit(urljoin(base_url + _MESSAGES, location))
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.username or not parts.path.endswith(_MESSAGES):
        return None
    return urlunsplit((parts.scheme, parts.netloc, parts.path.removesuffix(_MESSAGES), "", ""))


def redirect_remedy(base_url: str, location: str | None) -> Phrase:
    """Return what to do about a redirect of the messages endpoint."""
    target = base_of_location(base_url, location)
    path = (location or "").partition("?")[0]
    if target and target != base_url:
        there, here = urlsplit(target).hostname, urlsplit(base_url).hostname
        if there == here:
            return phrase("check.set_base_url", url=target)
        return phrase("check.set_base_url.trust", url=target, host=there)
    if not location:
        return phrase("check.redirect.no_address")
    if target or path.endswith(f"{_MESSAGES}/"):
        return phrase("check.redirect.same_path")
    return phrase("check.redirect.elsewhere")
