"""Commands that refuse an empty option or argument: a variable in it may not be set, and no default is meant."""

from collections.abc import Mapping
from typing import Any

from typer.core import TyperCommand

from probe.errors import UsageError


class Command(TyperCommand):
    """Looks at what was written before it is converted: an empty path would become the working directory."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words of the command line. Raises UsageError that names the option."""
        if not ctx.resilient_parsing:  # for completion a line may be unfinished
            written, _, _ = self.make_parser(ctx).parse_args(args=list(args))
            check_filled({_shown(param): written.get(param.name) for param in self.params})
        return super().parse_args(ctx, args)


def check_filled(written: Mapping[str, object]) -> None:
    """Raises UsageError for the first of these that is empty, or that has an empty one among its values."""
    for name, value in written.items():
        words = value if isinstance(value, list | tuple) else (value,)
        if any(isinstance(word, str) and not word.strip() for word in words):
            raise UsageError(
                "is empty", key=name, remedy="A variable in it may not be set. Leave it out, or say what is meant."
            )


def _shown(param: Any) -> str:
    """Return what a person calls an option, or an argument."""
    name = max(param.opts, key=len)
    return str(name if name.startswith("-") else param.metavar or name.upper())
