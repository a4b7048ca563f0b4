"""The ways in which a case ends without a finding of its own: then it cannot tell."""

from probe.texts.phrase import Words


class NotServed(Exception):  # noqa: N818 - it is a finding about the target
    """Raised where a reply that a case cannot do without is no answer."""

    def __init__(self, evidence: Words) -> None:
        super().__init__(evidence)
        self.evidence = evidence


class OutOfTime(Exception):  # noqa: N818 - it is a finding about the target
    """Raised where the time of a case is over before a request, or the whole check is cancelled."""


class ClientUnusable(Exception):  # noqa: N818 - it is a finding about this machine
    """Raised where there is no client, it is too old, or it does not start."""

    def __init__(self, problem: str, remedy: str | None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
