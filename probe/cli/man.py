"""`probe man`: the manual pages, from the same words as the help."""

from pathlib import Path
from typing import Annotated

import typer

from probe.cli.command_group import COMMANDS
from probe.cli.common import put_data
from probe.cli.language import present_texts, tell

EXAMPLES = """\b
Examples:
  probe man | man -l -
  probe man history query | man -l -
  probe man --directory ~/.local/share/man"""


def man(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME...", help="Of this command. (default: probe itself)")
    ] = None,
    directory: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the pages of all commands into the directory man1 of this one."),
    ] = None,
) -> None:
    """Print the manual page of a command, or write all pages.

    It says what `--help` says, as troff for `man`, in the language of --lang.
    """
    from probe.cli.man_page import manual_page
    from probe.errors import UsageError
    from probe.suggest import did_you_mean

    root = context.find_root().command
    if directory is not None and names:
        raise UsageError("writes the pages of all commands", key="--directory", remedy="Leave the command out.")
    if directory is not None:
        _write_all(directory / "man1", root)
        return
    try:
        put_data(manual_page(names or (), root, present_texts()))
    except KeyError as error:
        near = did_you_mean(error.args[0], COMMANDS)
        raise UsageError(f"no command {error.args[0]!r}", remedy=f"{near}`probe --help` lists the commands.") from None


def _write_all(folder: Path, root: object) -> None:
    """Write a page for each command into a folder."""
    from probe.cli.man_page import manual_page, page_names
    from probe.store import write_output

    folder.mkdir(parents=True, exist_ok=True)
    for names in page_names(root):
        file = folder / ("-".join(("probe", *names)) + ".1")
        write_output(file, manual_page(names, root, present_texts()).encode())
    tell("command.written", path=folder)
