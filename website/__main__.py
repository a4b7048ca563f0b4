"""Build the site into `build/site`, or the directory named, and check its links: `python -m website [DIRECTORY]`."""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from website.navigation import LANGUAGES
from website.site_links import dead_links, foreign_resources
from website.stage import ROOT, stage


def main(arguments: list[str]) -> int:
    """Build both languages strictly. Return the exit code; problems are printed."""
    site = Path(arguments[0] if arguments else ROOT / "build" / "site").resolve()
    shutil.rmtree(site, ignore_errors=True)
    for language in LANGUAGES:
        with TemporaryDirectory(prefix=f"site-{language}-") as source:
            code = build(language, Path(source).resolve(), site / LANGUAGES[language])
        if code:
            return code
    problems = [*dead_links(site), *foreign_resources(site)]
    print(*problems, sep="\n", end="\n" if problems else "")
    if not problems:
        print(site / "index.html")
    return 1 if problems else 0


def build(language: str, source: Path, place: Path) -> int:
    """Stage the pages of a language in `source`, build them, and copy them to their place. Return the exit code."""
    config = stage(language, source)
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "--config-file", str(config)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
    else:
        shutil.copytree(source / "site", place, dirs_exist_ok=True)
    return done.returncode


sys.exit(main(sys.argv[1:]))
