"""Guess other base URLs of the Messages API, and follow what a redirect says. Pure."""

from urllib.parse import urljoin, urlsplit, urlunsplit

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


def redirect_remedy(base_url: str, location: str | None) -> str:
    """Return what to do about a redirect of the messages endpoint."""
    target = base_of_location(base_url, location)
    path = (location or "").partition("?")[0]
    if target and target != base_url:
        there, here = urlsplit(target).hostname, urlsplit(base_url).hostname
        return f"Set base_url to {target}" + ("" if there == here else f" if {there} may have your token")
    if not location:
        return "The redirect names no address: ask the upstream's operator for the one of the Messages API."
    if target or path.endswith(f"{_MESSAGES}/"):
        return (
            "No other base_url helps, for Claude Code adds exactly /v1/messages to it: the upstream's operator has to "
            "serve that path itself."
        )
    return (
        "It points to no address of an API, perhaps to a page for logging in: compare base_url with the upstream's "
        "documentation."
    )
