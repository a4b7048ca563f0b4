"""The colours and shapes of reports; colours as CSS variables, for a light and a dark scheme.

The hues are those of Okabe and Ito, Color Universal Design (2008), which people with any colour vision tell apart; they
are darkened or lightened where they would not reach a contrast of 3:1 (marks) or 4.5:1 (words) on their background.
"""

from probe.model.chart import Mark

LIGHT = {
    "paper": "#ffffff",
    "page": "#f6f7f9",
    "ink": "#1b2430",
    "soft": "#566173",
    "line": "#d9dee6",
    "grid": "#e8ebf0",
    "link": "#00598c",
    "step1": "#0072b2",
    "step2": "#c46a00",
    "step3": "#00805d",
    "step4": "#a8497f",
    "clean": "#3aa384",
    "recovered": "#56b4e9",
    "failed": "#d55e00",
    "timed-out": "#7d2f62",
    "boot": "#98a1ae",
    "retries": "#d55e00",
    "connect": "#cc79a7",
    "wait": "#0072b2",
    "stream": "#009e73",
    "exit": "#c5cbd4",
    "unsplit": "#e69f00",
    "good-ink": "#00664a",
    "good-paper": "#e3f4ee",
    "bad-ink": "#a03c00",
    "bad-paper": "#fdeee4",
    "mild-ink": "#475063",
    "mild-paper": "#eaedf2",
    "down-ink": "#b3241b",
    "down-paper": "#fdecea",
    "flaky-ink": "#b04a00",
    "flaky-paper": "#fdf0e3",
    "cold-ink": "#0b5cad",
    "cold-paper": "#e8f1fb",
    "slow-ink": "#7d5a00",
    "slow-paper": "#fbf3dc",
    "ok-ink": "#00664a",
    "ok-paper": "#e3f4ee",
    "unknown-ink": "#475063",
    "unknown-paper": "#eaedf2",
    "tint-linked": "#fff6d6",
    "relay": "#c8400c",
    "account": "#8a4fa8",
    "network": "#0072b2",
    "setup": "#a97b00",
    "client": "#00805d",
    "unclear": "#6b7586",
}
DARK = {
    "paper": "#1a2029",
    "page": "#12161c",
    "ink": "#e4e8ee",
    "soft": "#a3adbc",
    "line": "#37404d",
    "grid": "#2a323d",
    "link": "#7cc4f2",
    "step1": "#56b4e9",
    "step2": "#f0a73a",
    "step3": "#2fc79c",
    "step4": "#e09bc2",
    "clean": "#2b8f72",
    "recovered": "#8fd0f5",
    "failed": "#ee7b26",
    "timed-out": "#d086b4",
    "boot": "#7d8797",
    "retries": "#ee7b26",
    "connect": "#d58bb4",
    "wait": "#4a9fd8",
    "stream": "#12a67c",
    "exit": "#566072",
    "unsplit": "#e6b54a",
    "good-ink": "#62d8b2",
    "good-paper": "#153229",
    "bad-ink": "#ffa768",
    "bad-paper": "#3a2416",
    "mild-ink": "#c2cad6",
    "mild-paper": "#2a323d",
    "down-ink": "#ff8278",
    "down-paper": "#3b1a1a",
    "flaky-ink": "#ffa45c",
    "flaky-paper": "#3a2416",
    "cold-ink": "#79bdff",
    "cold-paper": "#15283d",
    "slow-ink": "#ecc24d",
    "slow-paper": "#332a10",
    "ok-ink": "#62d8b2",
    "ok-paper": "#153229",
    "unknown-ink": "#c2cad6",
    "unknown-paper": "#2a323d",
    "tint-linked": "#2f2c18",
    "relay": "#f07a45",
    "account": "#c79be0",
    "network": "#4a9fd8",
    "setup": "#e0b64a",
    "client": "#2fc79c",
    "unclear": "#98a3b3",
}
SHAPES = {
    Mark.CLEAN: "circle",
    Mark.RECOVERED: "diamond",
    Mark.FAILED: "M-1,-.55L-.55,-1L0,-.45L.55,-1L1,-.55L.45,0L1,.55L.55,1L0,.45L-.55,1L-1,.55L-.45,0Z",
    Mark.TIMED_OUT: "M0,-1.15L1,.1L.36,.1L.36,1L-.36,1L-.36,.1L-1,.1Z",
}
"""The shape of a call, so that nobody needs colours to tell calls apart."""
STEPS = ("step1", "step2", "step3", "step4")


def variables(colours: dict[str, str]) -> str:
    """Return the declarations of these colours: `--ink:#1b2430;…`."""
    return "".join(f"--{name}:{value};" for name, value in colours.items())


def schemes() -> str:
    """Return style rules that set the colours of the scheme in use; paper is always light."""
    dark = f"@media screen and (prefers-color-scheme:dark){{:root{{{variables(DARK)}}}}}"
    return f":root{{{variables(LIGHT)}}}{dark}"


def colour(name: str) -> str:
    """Return a colour as the value of an attribute, in whichever scheme the reader has."""
    return f"var(--{name})"


def step_colours(labels: list[str]) -> dict[str, str]:
    """Give each step a colour, in order."""
    return {label: colour(STEPS[index % len(STEPS)]) for index, label in enumerate(labels)}
