"""Asks for an extra call where the order of requests could pass for a cold start."""

from collections.abc import Mapping, Sequence

from probe.model.call import Call
from probe.model.row import Row, row_of
from probe.model.run import Manifest
from probe.stats.frame import FrameBuilder
from probe.stats.order_report import wants_other_turn

MOST_ROUNDS = 300
"""After so many an extra call would tell little that the rounds so far have not."""


class OrderCheck:
    """Follows the calls of the arms whose order is checked; those of an earlier start count too."""

    def __init__(self, manifests: Mapping[str, Manifest], rows: Mapping[str, Sequence[Row]]) -> None:
        self._manifests = {name: each for name, each in manifests.items() if each.checks_order}
        self._rows = {name: list(rows[name]) for name in self._manifests}

    def after_call(self, arm: str, call: Call) -> None:
        if arm in self._rows and call.counts:
            self._rows[arm].append(row_of(call))

    def is_due(self, arm: str) -> bool:
        rows = self._rows.get(arm, [])
        manifest = self._manifests.get(arm)
        if manifest is None or len(rows) > MOST_ROUNDS * len(manifest.scenario.steps):
            return False
        builder = FrameBuilder()
        builder.begin_run(arm)
        builder.add(rows)
        return wants_other_turn(builder.build(), manifest, manifest.options.question)
