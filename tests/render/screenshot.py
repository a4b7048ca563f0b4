"""Takes the picture of a report for the README: `python -m tests.render.screenshot REPORT.html PICTURE.png [WIDTH]`."""

import sys
from pathlib import Path

from tests.render.browser import browsing, find_browser

HEIGHT = 1500


def main() -> int:
    command = find_browser()
    if command is None:
        print("no Chromium here, so no picture was taken", file=sys.stderr)
        return 0
    width = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    with browsing(command) as browser:
        page = browser.new_page()
        page.open(Path(sys.argv[1]).absolute(), width)
        page.screenshot(Path(sys.argv[2]), height=HEIGHT)
    return 0


sys.exit(main())
