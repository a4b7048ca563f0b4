"""Say what to do about a failure: by its reason where that is recognised, else by its outcome. Pure."""

from probe.checks.failure import Advice, Failure
from probe.checks.failure_reasons import reason_of, when_to_retry
from probe.model.outcome import Outcome, Party

_MEASURE = "Try again later, and let `probe run --rounds 30` measure how often it happens."
_OPERATOR = "Send the evidence to the upstream's operator."
_REMEDIES = {
    Outcome.AUTH: (
        "the token is refused",
        "Check that {token} holds a token of this upstream that has not expired.",
    ),
    Outcome.FORBIDDEN: (
        "access is refused",
        (
            "Ask the upstream's operator whether this token may use this model from this address. An upstream that "
            "admits Claude Code only shows as such when the client's calls are made too."
        ),
    ),
    Outcome.BILLING: ("money is missing", "Top up the account that the token in {token} belongs to."),
    Outcome.BAD_REQUEST: (
        "a request is called invalid",
        (
            "Read the evidence: it names what is not taken. Where that is the shape of the request, the upstream does "
            "not take the Messages API as it is, and a translating gateway is needed."
        ),
    ),
    Outcome.MODEL_NOT_FOUND: (
        "no such model or path",
        "Compare base_url and model with the upstream's documentation.",
    ),
    Outcome.RATE_LIMITED: (
        "too many requests for this token",
        "Wait, lower the concurrency, or raise the token's limits. " + _MEASURE,
    ),
    Outcome.SERVER_ERROR: ("the upstream fails inside", f"{_MEASURE} {_OPERATOR}"),
    Outcome.BAD_GATEWAY: (
        "a gateway does not reach what is behind it",
        f"Start what is behind the gateway, or correct its address there. {_MEASURE}",
    ),
    Outcome.OVERLOADED: ("the upstream says that it is overloaded", _MEASURE),
    Outcome.API_ERROR: (
        "an error status that has no meaning of its own",
        f"Read the evidence: it may be a gateway's or a firewall's. {_OPERATOR}",
    ),
    Outcome.CONNECTION_RESET: (
        "the connection is cut",
        f"Look for a proxy or gateway with a limit of its own between here and the upstream. {_OPERATOR}",
    ),
    Outcome.TRUNCATED_STREAM: (
        "the answer ends before it is complete",
        "Look for a time or size limit of a proxy in between: Claude Code asks again, and input is paid twice. "
        + _OPERATOR,
    ),
    Outcome.STREAM_ERROR: ("an error comes inside the stream", f"{_MEASURE} {_OPERATOR}"),
    Outcome.MALFORMED_RESPONSE: (
        "the answer cannot be read",
        "Check that base_url is the API's address and not a web page's, and that nothing in between rewrites answers.",
    ),
    Outcome.REDIRECTED: ("the upstream points elsewhere", "Set base_url to the address that it points to."),
    Outcome.TIMED_OUT: (
        "no complete answer in time",
        "Whether it would have come later is open: give a longer --timeout. If it stays so, the upstream hangs.",
    ),
    Outcome.DNS: ("the name does not resolve", "Check the host in base_url, the resolver and the VPN."),
    Outcome.CONNECTION_REFUSED: ("nothing listens there", "Start the upstream, or correct host and port of base_url."),
    Outcome.CONNECT_TIMEOUT: ("the connection is never taken", "Check port, firewall and VPN, or set HTTPS_PROXY."),
    Outcome.TLS: ("no trusted TLS connection", "See what was found on the way there."),
    Outcome.WRONG_ANSWER: (
        "another answer came than the one asked for",
        "Something in between changes prompts or answers, or the model is too weak to follow: try another model.",
    ),
    Outcome.TOOL_USE: (
        "the upstream asks for a tool where none is needed",
        "It was refused. Do not run this upstream's tool calls unless you trust it.",
    ),
    Outcome.NOT_LOGGED_IN: ("the client has no token", "Check that {token} is set."),
    Outcome.CLIENT_CRASHED: ("the client ends without a result", "Try `claude --print hello` by hand."),
}


def advice(failure: Failure) -> Advice:
    """Return what a failure is called, and what to do about it."""
    found = reason_of(failure)
    if found is not None:
        return found
    title, remedy = of_outcome(failure.outcome, failure.token)
    return Advice(failure.outcome.value, title, when_to_retry(remedy, failure.retry_at, failure.retry_in_s))


def of_outcome(outcome: Outcome, token: str = "") -> tuple[str, str]:
    """Return title and remedy of an outcome alone; `token` is where the token comes from."""
    otherwise = _OPERATOR if outcome.party is Party.UPSTREAM else _MEASURE
    title, remedy = _REMEDIES.get(outcome, (outcome.words, otherwise))
    return title, remedy.format(token=token)
