"""An upstream as a client reaches it."""

from typing import Annotated, NamedTuple, Self
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, Field, model_validator

from probe.model.base_models import Frozen, Label, Passable
from probe.model.choices import TokenHeader, UpstreamKind

_KINDS = ("opus", "sonnet", "haiku")


class ModelAliases(Frozen):
    """The names that the client uses for its own kinds of model; each defaults to the target's model."""

    opus: str | None = None
    sonnet: str | None = None
    haiku: str | None = None
    small_fast: str | None = None


class OddAlias(NamedTuple):
    """An alias of one kind that is set to a model which looks like another kind."""

    kind: str
    model: str
    likely_kind: str


def _http_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{mask_url(url)!r} is no http:// or https:// address")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError(f"{mask_url(url)!r} has no port that there is; it is a number from 1 to 65535")
    if parts.username or parts.password:
        raise ValueError(
            "a base URL holds no user and no password; set them by env, as in "
            "ANTHROPIC_CUSTOM_HEADERS='Authorization: Basic …', or put the token into token_env"
        )
    if parts.query or parts.fragment:
        raise ValueError("a base URL has no '?' and no '#'; a key belongs into token_env")
    return url.rstrip("/")


def mask_url(url: str) -> str:
    """Return the URL without user, password, query and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


HttpUrl = Annotated[Passable, AfterValidator(_http_url)]


class Target(Frozen):
    """The upstream that calls go to, and the client's account there. The token itself is never part of it."""

    name: Label
    kind: UpstreamKind = UpstreamKind.REAL
    base_url: HttpUrl
    model: Passable = Field(min_length=1)
    token_env: str | None = Field(
        None, description="the environment variable that holds the token; ANTHROPIC_AUTH_TOKEN where nothing is said"
    )
    token_command: str | None = Field(None, description="a command that prints the token")
    auth: TokenHeader = Field(TokenHeader.BEARER, description="the header that carries the token")
    aliases: ModelAliases = ModelAliases()
    env: dict[str, Passable] = Field(default_factory=dict, description="further variables for the client")

    @model_validator(mode="after")
    def _one_token_source(self) -> Self:
        if self.token_command and self.token_env:
            raise ValueError("token_env and token_command are both set; keep one")
        return self

    @property
    def masked_url(self) -> str:
        """The base URL as it may stand in a file or report."""
        return mask_url(self.base_url)

    def model_environment(self) -> dict[str, str]:
        """Return the variables that tell the client which models to ask for."""
        alias = self.aliases
        return {
            "ANTHROPIC_MODEL": self.model,
            "ANTHROPIC_DEFAULT_OPUS_MODEL": alias.opus or self.model,
            "ANTHROPIC_DEFAULT_SONNET_MODEL": alias.sonnet or self.model,
            "ANTHROPIC_DEFAULT_HAIKU_MODEL": alias.haiku or self.model,
            "ANTHROPIC_SMALL_FAST_MODEL": alias.small_fast or alias.haiku or self.model,
        }

    def odd_aliases(self) -> list[OddAlias]:
        """Return what looks unintended: kinds of model that are set to a model of another kind."""
        explicit = {f"ANTHROPIC_DEFAULT_{kind.upper()}_MODEL": getattr(self.aliases, kind) for kind in _KINDS}
        explicit |= {name: value for name, value in self.env.items() if name in explicit}
        found = []
        for kind in _KINDS:
            model = (explicit[f"ANTHROPIC_DEFAULT_{kind.upper()}_MODEL"] or "").lower()
            likely_kind = next((named for named in _KINDS if named in model), kind)
            if likely_kind != kind:
                found.append(OddAlias(kind, model, likely_kind))
        return found
