"""Build the contexts of drivers for tests."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from pydantic import SecretStr

from probe.drivers.context import ArmContext, RunContext
from probe.drivers.process import Cancel
from probe.model.choices import Session, TokenHeader
from probe.model.run_manifest import Options
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.scenario import Scenario, Step
from probe.model.target import Target
from probe.ports import ProcessRecorder
from probe.redact import Redactor

Contexts = tuple[RunContext, ArmContext]


def contexts(
    base_url: Callable[[int, str], str],
    cancel: Cancel,
    *,
    model: str = "glm-4.7",
    token: str | None = None,
    auth: TokenHeader = TokenHeader.BEARER,
    variables: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    redactor: Redactor | None = None,
    open_call: Callable[[str], AbstractContextManager[ProcessRecorder]] | None = None,
    prime_url: str | None = None,
    keep_sandbox: bool = False,
    sessions: Iterable[Session] = (Session.NEW,),
    **options: Any,
) -> Contexts:
    """Build the contexts of a run with one arm; `environment` is probe's own, `variables` are the target's."""
    assert options.keys() <= Options.model_fields.keys()
    first, *others = sorted(set(sessions) | {Session.NEW}, key=lambda session: session is not Session.NEW)
    steps = tuple(
        Step(label=f"call{number}", prompt="hello", session=session)
        for number, session in enumerate((first, *others), start=1)
    )
    target = Target(name="relay", base_url="http://relay", model=model, auth=auth)
    arm = ArmSpec(target=target)
    spec = RunSpec(
        scenario=Scenario(name="test", steps=steps), arms=(arm,), options=Options(**options), keep_sandbox=keep_sandbox
    )
    values = {name: SecretStr(value) for name, value in (variables or {}).items()}
    secret = SecretStr(token) if token is not None else None
    run = RunContext(spec, environment or {}, cancel, prime_url)
    return run, ArmContext(arm, base_url, secret, values, redactor or Redactor(), open_call)
