"""A target as it was found in the settings of another program."""

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from probe.errors import UsageError
from probe.model.choices import TokenHeader

MESSAGES_PATH = "/v1/messages"
"""The end of addresses that stand with their endpoint, which a base URL does not have."""


@dataclass(frozen=True, slots=True)
class FoundTarget:
    """A target, with the place of its token: the settings, a variable, or a command of the settings.

    `id` is the key by which its program knows it; `withheld` names variables that may be secret, and are not copied.
    """

    id: str
    name: str
    base_url: str
    model: str
    aliases: dict[str, str] = field(default_factory=dict)
    auth: TokenHeader = TokenHeader.BEARER
    env: dict[str, str] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    token: SecretStr | None = None
    token_env: str | None = None
    token_helper: str | None = None
    needs_token: bool = True


@dataclass(frozen=True, slots=True)
class SkippedTarget:
    """A provider that cannot be a target, with the reason: the key of a text, and its values."""

    name: str
    reason: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FoundTargets:
    """All providers of a program, and the files that were read."""

    files: tuple[Path, ...]
    targets: tuple[FoundTarget, ...] = ()
    skipped: tuple[SkippedTarget, ...] = ()


def files_in(place: Path, names: tuple[str, ...]) -> list[Path]:
    """Return the files of these names in a directory; any other place is itself the file. Raises UsageError."""
    if not place.is_dir():
        return [place]
    files = [file for file in (place / name for name in names) if file.exists()]
    if not files:
        raise UsageError(f"has neither {' nor '.join(names)}", path=place)
    return files


def sorted_out(files: tuple[Path, ...], providers: list[FoundTarget | SkippedTarget]) -> FoundTargets:
    """Return the providers of these files, those that can be targets apart from the others."""
    return FoundTargets(
        files,
        tuple(provider for provider in providers if isinstance(provider, FoundTarget)),
        tuple(provider for provider in providers if isinstance(provider, SkippedTarget)),
    )
