"""Measure how reliable Claude Code is through a given upstream.

    runs = probe.load("reports/runs")             # what was measured before, as data frames and as a report
    report = probe.check("glm")                   # what is wrong with an upstream, and what to do about it
    run = probe.measure(target="glm", rounds=30)  # measure now

Importing `probe` imports nothing else. What is behind a name is imported when the name is first used (PEP 562), and
pandas when the first data frame is asked for.
"""

from importlib import import_module

TYPE_CHECKING = False  # type checkers take it for true; importing typing would take longer than all else here
if TYPE_CHECKING:
    from probe.api.checking import check
    from probe.api.deep_checking import check_deep
    from probe.api.measuring import Run, measure
    from probe.api.runs import Runs, load

__version__ = "0.1.0"
__all__ = ["Run", "Runs", "__version__", "check", "check_deep", "load", "measure"]

_MODULES = {
    "Run": "probe.api.measuring",
    "Runs": "probe.api.runs",
    "check": "probe.api.checking",
    "check_deep": "probe.api.deep_checking",
    "load": "probe.api.runs",
    "measure": "probe.api.measuring",
}
"""Public name -> the module that defines it."""


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
