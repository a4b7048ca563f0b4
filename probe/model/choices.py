"""The closed lists of words that people choose from. Imports nothing heavy: `probe --help` needs them."""

from enum import StrEnum

MOST_LANES = 512
"""The most rounds at a time."""
MOST_CLIENT_LANES = 64
"""The same for rounds that start clients: each of these takes some 300 MB."""


class Session(StrEnum):
    """The relation of a step's session to the step before it."""

    NEW = "new"
    SAME_ID = "same-id"
    RESUME = "resume"
    FORK = "fork"
    CONTINUE = "continue"
    LIVE = "live"


class SecondCallMode(StrEnum):
    """The words of `--second-call-mode`, which are those of the original script, and three more."""

    SAME_SESSION = "same-session"
    NEW_SESSION = "new-session"
    RESUME = "resume"
    FORK = "fork"
    LIVE = "live"

    @property
    def session(self) -> Session:
        """The session of the second step in this mode."""
        match self:
            case SecondCallMode.SAME_SESSION:
                return Session.SAME_ID
            case SecondCallMode.NEW_SESSION:
                return Session.NEW
            case SecondCallMode.RESUME:
                return Session.RESUME
            case SecondCallMode.FORK:
                return Session.FORK
            case SecondCallMode.LIVE:
                return Session.LIVE


class UpstreamKind(StrEnum):
    """The upstream that answered: a user's own, or the one that comes with `probe`."""

    REAL = "real"
    EMBEDDED = "embedded"


class Workload(StrEnum):
    """The client's own request, or one cut down to about 2 KB."""

    FULL = "full"
    LEAN = "lean"


CLAUDE_PRINT = "claude-print"
"""The driver that is used where none is named."""
CLAUDE_LIVE = "claude-live"
AGENT_SDK = "agent-sdk"
AGENT_SDK_ISOLATED = "agent-sdk-isolated"
ISOLATED = {CLAUDE_LIVE: CLAUDE_PRINT, AGENT_SDK: AGENT_SDK_ISOLATED}
"""The drivers that keep a client running for all calls of a round, each with the one that starts a client a call."""


class OutputFormat(StrEnum):
    """The format in which the client is asked to print."""

    STREAM_JSON = "stream-json"
    JSON = "json"


class Role(StrEnum):
    """The purpose of an arm: to measure a target, or the client's own costs on the embedded upstream."""

    TARGET = "target"
    CONTROL = "control"


class Language(StrEnum):
    """The languages of reports."""

    EN = "en"
    ZH = "zh"


class EndReason(StrEnum):
    """The reason why a run ended.

    `settled`: the verdict was reached, and `--until-sure` asked for no more; `same_failure`: every call of the last
    rounds failed in the same way; `vantage_lost`: no worker of the vantage was left, or no scheduler (`fleet_lost`).
    """

    COMPLETED = "completed"
    SETTLED = "settled"
    INTERRUPTED = "interrupted"
    MAX_COST = "max_cost"
    MAX_TOKENS = "max_tokens"
    SAME_FAILURE = "same_failure"
    VANTAGE_LOST = "vantage_lost"
    FLEET_LOST = "fleet_lost"


class Wait(StrEnum):
    """The thing that a client is made to wait for."""

    FIRST_BYTE = "first-byte"
    GAP = "gap"
    WHOLE_ANSWER = "whole-answer"


class TokenHeader(StrEnum):
    """The header in which an upstream takes the token."""

    BEARER = "bearer"
    X_API_KEY = "x-api-key"

    @property
    def variable(self) -> str:
        """The variable that makes the client send it so."""
        return "ANTHROPIC_API_KEY" if self is TokenHeader.X_API_KEY else "ANTHROPIC_AUTH_TOKEN"

    def header(self, token: str) -> tuple[str, str]:
        """Return the header with a token in it: its name, in lower case, and its value."""
        return ("x-api-key", token) if self is TokenHeader.X_API_KEY else ("authorization", f"Bearer {token}")
