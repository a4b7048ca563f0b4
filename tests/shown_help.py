"""The blocks of help in documents: `python -m tests.shown_help` writes them as the program shows them now."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(
    r"(?<=^```console\n)\$ (probe(?: [\w-]+)*) --help\n```\n\n```text\n(.*?)\n(?=```$)", re.MULTILINE | re.DOTALL
)


def documents() -> Iterator[Path]:
    """Yield the documents that show the help of a command."""
    pages = [*ROOT.glob("README*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
    return (page for page in pages if BLOCK.search(page.read_text()))


def help_now(command: str, page: Path) -> str:
    """Return the help of a command in the language of a page."""
    language = "zh" if page.parent.name == "zh" else "en"
    environment = {**os.environ, "PROBE_LANG": language, "COLUMNS": "80"}
    words = [sys.executable, "-m", *command.split(), "--help"]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout.strip("\n")


def main() -> None:
    """Write the blocks anew."""
    for page in documents():
        text = page.read_text()
        for block in BLOCK.finditer(text):
            text = text.replace(block[2], help_now(block[1], page))
        page.write_text(text)


if __name__ == "__main__":
    main()
