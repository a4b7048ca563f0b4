"""Make a release: `python -m tools.release prepare 0.2.0`, commit, tag `v0.2.0`, push; the workflow does the rest."""

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
_NOT_RELEASED = "not released"
_HEADING = re.compile(r"^## (?P<version>\S+) \((?P<state>[^)]+)\)$", re.MULTILINE)
_VERSION_LINE = re.compile(r'^__version__ = "(?P<version>[^"]+)"$', re.MULTILINE)
_VERSION = re.compile(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?")
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?!https?:|#|mailto:)(?P<path>[^)]+)\)")


class ReleaseError(Exception):
    """Raised where a release cannot be made as things are."""


class Tree:
    """The files of a source tree that a release reads and changes."""

    def __init__(self, root: Path) -> None:
        self._code = root / "probe" / "__init__.py"
        self._changes = root / "CHANGELOG.md"
        self._readme = root / "README.md"
        self._project = root / "pyproject.toml"

    @property
    def version(self) -> str:
        """The version in the code, from which the package has it."""
        found = _VERSION_LINE.search(self._code.read_text())
        if found is None:
            raise ReleaseError(f"{self._code}: no line __version__ = …")
        return found["version"]

    def newest_changes(self) -> tuple[str, str]:
        """Return the version of the changelog's first section, and its date or `not released`."""
        found = _HEADING.search(self._changes.read_text())
        if found is None:
            raise ReleaseError(f"{self._changes}: no heading `## VERSION (DATE)`")
        return found["version"], found["state"]

    def notes(self, version: str) -> str:
        """Return the changelog's section of a version, without its heading."""
        text = self._changes.read_text()
        headings = list(_HEADING.finditer(text))
        for place, heading in enumerate(headings):
            if heading["version"] == version:
                end = headings[place + 1].start() if place + 1 < len(headings) else len(text)
                return text[heading.end() : end].strip() + "\n"
        raise ReleaseError(f"{self._changes}: no section for {version}")

    def prepare(self, version: str, day: date) -> None:
        """Give code and changelog the version, and the changelog the date. Raises ReleaseError."""
        newest, state = self.newest_changes()
        if state != _NOT_RELEASED:
            raise ReleaseError(f"{self._changes}: {newest} is dated {state} already; begin a section with `next`")
        _substitute(self._code, _VERSION_LINE, f'__version__ = "{version}"')
        _substitute(self._changes, _HEADING, f"## {version} ({day.isoformat()})")

    def next(self, version: str) -> None:
        """Begin the section of the version that comes after a release. Raises ReleaseError."""
        newest, state = self.newest_changes()
        if state == _NOT_RELEASED:
            raise ReleaseError(f"{self._changes}: {newest} is not released yet")
        _substitute(self._code, _VERSION_LINE, f'__version__ = "{version}"')
        _substitute(self._changes, _HEADING, rf"## {version} ({_NOT_RELEASED})\n\n\g<0>")

    def check(self, tag: str) -> None:
        """Raise ReleaseError where tag, code and changelog do not name the same version, or that has no date."""
        newest, state = self.newest_changes()
        if tag != f"v{self.version}":
            raise ReleaseError(
                f"the tag is {tag}, the version in the code {self.version}: the tag must be v{self.version}"
            )
        if newest != self.version:
            raise ReleaseError(
                f"{self._changes}: the first section is {newest}, the version in the code {self.version}"
            )
        try:
            date.fromisoformat(state)
        except ValueError:
            raise ReleaseError(f"{self._changes}: {newest} has no date but ({state}); run `prepare`") from None

    def make_publishable(self, home: str, tag: str) -> None:
        """Name the project's home in the metadata, and make the README's links absolute, which have no base there."""
        project = self._project.read_text()
        urls = {"Source": home, "Documentation": f"{home}/tree/{tag}/docs", "Issues": f"{home}/issues"}
        urls["Changelog"] = f"{home}/blob/{tag}/CHANGELOG.md"
        table = "".join(f'{name} = "{url}"\n' for name, url in urls.items())
        self._project.write_text(project.replace("[project.scripts]", f"[project.urls]\n{table}\n[project.scripts]", 1))
        self._readme.write_text(absolute_links(self._readme.read_text(), home, tag))


def absolute_links(text: str, home: str, tag: str) -> str:
    """Return Markdown whose links to files of the project are addresses at its home."""

    def absolute(found: re.Match[str]) -> str:
        kind = "raw" if found["image"] else "blob"
        return f"{found['image']}[{found['text']}]({home}/{kind}/{tag}/{found['path']})"

    return _LINK.sub(absolute, text)


def _substitute(path: Path, pattern: re.Pattern[str], replacement: str) -> None:
    """Replace the first match in a file."""
    path.write_text(pattern.sub(replacement, path.read_text(), count=1))


def _version(text: str) -> str:
    """Parse a version for argparse."""
    if not _VERSION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no version such as 0.2.0 or 0.2.0rc1")
    return text


def main(words: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run a step of a release, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    for name, text in (("prepare", "set the version, and date the changelog"), ("next", "begin the next section")):
        steps.add_parser(name, help=text).add_argument("version", type=_version)
    steps.add_parser("notes", help="print the changelog of a version").add_argument("version", type=_version)
    steps.add_parser("check", help="do tag, version and changelog agree?").add_argument("tag")
    publishable = steps.add_parser("publishable", help="name the project's home, in a checkout that is thrown away")
    publishable.add_argument("home")
    publishable.add_argument("tag")
    asked, tree = parser.parse_args(words), Tree(root)
    try:
        match asked.step:
            case "prepare":
                tree.prepare(asked.version, datetime.now(UTC).date())
            case "next":
                tree.next(asked.version)
            case "notes":
                sys.stdout.write(tree.notes(asked.version))
            case "check":
                tree.check(asked.tag)
            case "publishable":
                tree.make_publishable(asked.home, asked.tag)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
