"""Extra calls, asked for where the order of requests could pass for a cold start."""

from collections.abc import Mapping, Sequence

from probe.model.call import Call
from probe.model.row import Row, row_of
from probe.model.run_manifest import Manifest
from probe.stats.frame import FrameBuilder
from probe.stats.order_report import wants_other_turn

MOST_ROUNDS = 300
"""After so many an extra call would tell little that the rounds so far have not."""


class OrderCheck:
    """Follows the calls of the arms whose order is checked; those of an earlier start count too."""

    def __init__(self, manifests: Mapping[str, Manifest], rows: Mapping[str, Sequence[Row]]) -> None:
        self._manifests = {name: manifest for name, manifest in manifests.items() if manifest.checks_order}
        self._most_calls = {
            name: MOST_ROUNDS * len(manifest.scenario.steps) for name, manifest in self._manifests.items()
        }
        self._calls = {
            name: FrameBuilder.of_run(name, rows[name][: most + 1]) for name, most in self._most_calls.items()
        }

    def after_call(self, arm: str, call: Call) -> None:
        """Take a call of an arm."""
        if arm in self._calls and call.counts and not self._has_enough(arm):
            self._calls[arm].add([row_of(call)])

    def is_due(self, arm: str) -> bool:
        """Return True where the arm is to make an extra call now, at the end of a round."""
        manifest = self._manifests.get(arm)
        if manifest is None or self._has_enough(arm):
            return False
        return wants_other_turn(self._calls[arm].build(), manifest, manifest.options.question)

    def _has_enough(self, arm: str) -> bool:
        return len(self._calls[arm]) > self._most_calls[arm]
