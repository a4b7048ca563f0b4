"""Measure the embedded upstream with a fault of one's own: `python examples/custom_fault.py`.

A fault is a small frozen dataclass; its fields with `param` can be set in a spec, as in `shout(mark='?', on=call1)`.
Nothing is sent anywhere: calls go by plain HTTP to an upstream in this process.
"""

from dataclasses import dataclass, replace

import probe
from probe.upstream import FAULTS, AnswerFault
from probe.upstream.messages import AssistantMessage, TextBlock
from probe.upstream.params import Text, param
from probe.upstream.request import MessagesRequest


@dataclass(frozen=True)
class Shout(AnswerFault):
    """Adds marks to the answer, as a relay does that changes what a model says."""

    name = "shout"
    mark: str = param(Text(), "!")

    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return the same answer, louder."""
        said = "".join(block.text for block in answer.blocks if isinstance(block, TextBlock))
        return replace(answer, blocks=(TextBlock(said + 3 * self.mark),))


FAULTS[Shout.name] = Shout


def main() -> None:
    """Make four rounds in which every first call meets the fault, and print what calls came to."""
    run = probe.measure(target="embedded", drivers="messages", rounds=4, faults="shout(on=call1)")
    for label, outcomes in run.outcome_counts.items():
        print(label, dict(outcomes))
    print(run.health.word, run.path)


if __name__ == "__main__":
    main()
