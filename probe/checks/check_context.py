"""The target as requests addressed it, on which findings about its endpoints depend."""

from dataclasses import dataclass

from probe.model.choices import TokenHeader


@dataclass(frozen=True, slots=True)
class CheckContext:
    """The target as it was asked.

    `token` is where the token comes from, never the token itself. `client_served`: a call of the real client was
    answered; `client_endings` are what its requests came to.
    """

    base_url: str
    model: str
    auth: TokenHeader
    token: str
    client_served: bool = False
    client_endings: tuple[str, ...] = ()
