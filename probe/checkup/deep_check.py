"""Run `probe check --deep`: target by target, case by case; a case that ends badly never ends the others."""

import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from probe import __version__
from probe.checks.deep.all_cases import choose_cases
from probe.checks.deep.case_ends import ClientUnusable, NotServed, OutOfTime
from probe.checks.deep.deep_case import CaseFinding, DeepCase, cannot_tell
from probe.checks.deep.target_access import TargetAccess
from probe.checks.target_models import main_model
from probe.checks.time_budget import TimeBudget
from probe.checkup.check_subject import CheckSubject, resolve_subjects
from probe.checkup.client_calls import LABELS
from probe.checkup.deep_client import SandboxedClient
from probe.checkup.http_sender import sender
from probe.checkup.run_check import STEPS_IN_ALL
from probe.drivers.plain_driver import custom_headers
from probe.drivers.plain_http import PlainHttp
from probe.drivers.process import Cancel
from probe.errors import UsageError
from probe.model.deep_report import CaseReport, CaseResult, DeepReport, DeepTarget, PlannedCase
from probe.model.spending import tokens_of
from probe.redact import Redactor
from probe.session.secrets import redactor_for, without_secrets
from probe.texts import Texts
from probe.texts.phrase import phrase
from probe.units import format_duration
from probe.wire import Recorder

_MOST_UNANSWERED = 2
"""After so many cases to which no answer came, or none in time, the further ones are not made."""


@dataclass(frozen=True, slots=True)
class DeepRequest:
    """The arguments of a deep check. `given` holds options under the names of Options."""

    given: Mapping[str, object]
    env: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    timeout_s: float = 60.0
    only: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    use_client: bool = True
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class DeepPlan:
    """A deep check before it begins: its targets and its cases."""

    subjects: tuple[CheckSubject, ...]
    cases: tuple[DeepCase, ...]
    reference: CheckSubject | None = None

    @property
    def tokens(self) -> int:
        """About what all of it costs."""
        return sum(case.tokens for case in self.cases) * len(self.subjects)


def planned_cases(cases: Iterable[DeepCase], texts: Texts) -> tuple[PlannedCase, ...]:
    """Describe cases before they are made."""
    return tuple(
        PlannedCase(
            name=case.name,
            title=texts(f"deep.{case.name}.title"),
            by=" + ".join(case.by),
            tokens=case.tokens,
            severity=case.severity,
            opt_in=case.opt_in,
        )
        for case in cases
    )


class DeepObserver:
    """Is told what a deep check does. Does nothing itself."""

    def planned(self, plan: DeepPlan) -> bool:
        """Return False to make no request."""
        return True

    def begun(self, target: str, case: DeepCase) -> None:
        """Be told that a case begins."""

    def ended(self, target: str, case: CaseReport) -> None:
        """Be told the result of a case."""


def run_deep_check(
    request: DeepRequest,
    environment: Mapping[str, str],
    observer: DeepObserver,
    cancel: Cancel | None = None,
    texts: Texts | None = None,
) -> DeepReport | None:
    """Make all cases; None where the observer wants none of it. Raises ProbeError.

    Ctrl-C, or `cancel` from any thread, ends it; the report then holds the cases that were made.
    """
    begun_s = time.monotonic()
    texts = texts or Texts()
    with ExitStack() as stack:
        if cancel is None:
            cancel = stack.enter_context(Cancel())
        cases = choose_cases(request.only, request.also, with_client=request.use_client)
        subjects = resolve_subjects(stack, request.given, request.env, request.faults, environment, LABELS)
        reference = _reference(stack, request, environment)
        plan = DeepPlan(subjects, cases, reference)
        if not observer.planned(plan):
            return None
        asked = [*subjects, reference] if reference else list(subjects)
        redactor = redactor_for(
            [subject.token for subject in asked], [subject.target.env for subject in asked], environment
        )
        check = _DeepCheck(request, plan, redactor, cancel, texts, observer)
        check.run()
        report = DeepReport(
            probe_version=__version__,
            faults=request.faults,
            planned=planned_cases(cases, texts),
            targets=tuple(check.targets),
            interrupted=check.interrupted,
            took_ms=round((time.monotonic() - begun_s) * 1000, 3),
        )
        return without_secrets(report, redactor)


def _reference(stack: ExitStack, request: DeepRequest, environment: Mapping[str, str]) -> CheckSubject | None:
    """Resolve the target that others are compared with. Raises UsageError."""
    if request.reference is None:
        return None
    given = {name: value for name, value in request.given.items() if name == "config"}
    (subject,) = resolve_subjects(stack, {**given, "targets": (request.reference,)}, (), (), environment, LABELS)
    return subject


class _DeepCheck:
    """The cases of all targets, as far as they have been made."""

    def __init__(
        self,
        request: DeepRequest,
        plan: DeepPlan,
        redactor: Redactor,
        cancel: Cancel,
        texts: Texts,
        observer: DeepObserver,
    ) -> None:
        self.targets: list[DeepTarget] = []
        self.interrupted = False
        self._request = request
        self._plan = plan
        self._redactor = redactor
        self._cancel = cancel
        self._texts = texts
        self._observer = observer

    def run(self) -> None:
        """Make the cases of each target, until all are made or Ctrl-C comes."""
        for subject in self._plan.subjects:
            reports: list[CaseReport] = []
            with ExitStack() as stack:
                client = SandboxedClient(stack, subject, self._redactor, self._cancel)
                try:
                    self._examine_target(subject, client, reports)
                except KeyboardInterrupt:
                    self._cancel.cancel()
            target = subject.target
            self.targets.append(
                DeepTarget(
                    name=target.name,
                    base_url=target.masked_url,
                    model=target.model,
                    embedded=subject.embedded,
                    client=client.info,
                    cases=tuple(reports),
                )
            )
            if self._cancel.cancelled:
                self.interrupted = True
                return

    def _examine_target(self, subject: CheckSubject, client: SandboxedClient, reports: list[CaseReport]) -> None:
        unanswered = 0
        reference = self._plan.reference
        with ExitStack() as stack:
            plain = self._plain_http(stack, subject)
            reference_http = self._plain_http(stack, reference) if reference else None
            for case in self._plan.cases:
                if self._cancel.cancelled:
                    return
                access = self._access(subject, plain)
                access.client = client if self._request.use_client else None
                if reference and reference_http:
                    access.reference = self._access(reference, reference_http)
                self._observer.begun(subject.target.name, case)
                begun_s = time.monotonic()
                finding = self._finding(case, access) if unanswered < _MOST_UNANSWERED else _not_made(unanswered)
                if self._cancel.cancelled:
                    return
                unanswered += access.timeouts > 0 or access.is_unanswered
                report = self._report(case, finding, access, (time.monotonic() - begun_s) * 1000)
                reports.append(report)
                self._observer.ended(subject.target.name, report)

    def _plain_http(self, stack: ExitStack, subject: CheckSubject) -> PlainHttp:
        surroundings = {**subject.environment, **subject.target.env}  # what the target sets wins, as for the client
        recorder = stack.enter_context(Recorder(redactor=self._redactor, environment=surroundings))
        return PlainHttp(recorder.open_call, self._redactor, self._cancel)

    def _access(self, subject: CheckSubject, plain: PlainHttp) -> TargetAccess:
        target = subject.target
        return TargetAccess(
            target.base_url,
            target.auth,
            main_model(target),
            sender(plain),
            TimeBudget(self._request.timeout_s, self._request.timeout_s * STEPS_IN_ALL, self._cancel),
            subject.token,
            custom_headers(target.env),
            self._redactor.text,
            self._texts.words,
        )

    def _finding(self, case: DeepCase, access: TargetAccess) -> CaseFinding:
        try:
            return case.examine(access)
        except NotServed as refused:
            evidence = refused.evidence
            return cannot_tell(phrase("deep.not_served", evidence=evidence), remedy=phrase("deep.not_served.do"))
        except ClientUnusable as unusable:
            problem = phrase("deep.no_client", problem=unusable.problem)
            return cannot_tell(problem, remedy=unusable.remedy or phrase("deep.no_client.do"))
        except OutOfTime:
            limit = format_duration(self._request.timeout_s * STEPS_IN_ALL)
            return cannot_tell(phrase("deep.out_of_time", limit=limit), remedy=phrase("deep.out_of_time.do"))
        except UsageError as error:  # an address, proxy or certificate file that cannot be used
            return cannot_tell(error.message, remedy=error.remedy)

    def _report(self, case: DeepCase, finding: CaseFinding, access: TargetAccess, took_ms: float) -> CaseReport:
        failed = finding.result is CaseResult.FAIL
        remedy = finding.remedy or (phrase(f"deep.{case.name}.do") if failed else None)
        words = self._texts.words
        requests = [*access.requests, *(access.reference.requests if access.reference else ())]
        return CaseReport(
            name=case.name,
            title=words(phrase(f"deep.{case.name}.title")),
            result=finding.result,
            severity=case.severity,
            summary=words(finding.summary),
            evidence=words(finding.evidence),
            breaks=words(phrase(f"deep.{case.name}.breaks")) if failed else None,
            remedy=None if remedy is None else words(remedy),
            took_ms=round(took_ms, 3),
            tokens=sum(tokens_of(request.usage) or 0 for request in requests),
            requests=tuple(requests),
        )


def _not_made(unanswered: int) -> CaseFinding:
    """Return the finding of a case that is not made, since the upstream has left others without an answer."""
    return cannot_tell(phrase("deep.unanswered", n=unanswered))
