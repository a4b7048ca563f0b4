"""A run: what was planned, on what, and where it came from."""

from pydantic import Field, model_validator

from probe.model.base_models import SCHEMA_VERSION, Frozen, Lenient, Passable, Utc
from probe.model.choices import (
    CLAUDE_PRINT,
    MOST_LANES,
    OutputFormat,
    Role,
    SecondCallMode,
    TokenHeader,
    UpstreamKind,
    Workload,
)
from probe.model.preflight import Preflight
from probe.model.scenario import Scenario
from probe.model.target import ModelAliases
from probe.model.verdict import Question

_CLIENTLESS = frozenset({"messages", "chat-completions", "replay"})
"""The drivers without a client, of which older manifests say no more than their name."""


NO_VANTAGE = "none"
"""Stands in the identity of runs of one machine."""


def arm_name(target: str, vantage: str | None) -> str:
    """Return the name of an arm: `glm`, or `glm@fra` where vantages are told apart."""
    return f"{target}@{vantage}" if vantage else target


class Plan(Frozen):
    """Everything that the runner needs to know, and nothing secret."""

    scenario: Scenario
    model: str
    rounds: int = Field(ge=1)
    concurrency: int = Field(1, ge=1, le=MOST_LANES)
    max_cost_usd: float | None = Field(None, gt=0)
    max_tokens: int | None = Field(None, gt=0)


class RoundToDo(Frozen):
    """A round that has no finished record yet; `attempt` counts how often it was begun, this time included."""

    number: int
    attempt: int = 1


class Options(Lenient):
    """The options of `probe run` as they were given, so that `--resume` finds them again."""

    scenario: str = "cold-start"
    rounds: int | None = Field(None, ge=1)
    timeout_s: float | None = Field(None, gt=0)
    gap_s: float | None = Field(None, ge=0)
    gap_upto_s: float | None = Field(None, ge=0)
    second_call_mode: SecondCallMode | None = None
    targets: tuple[str, ...] = ()
    drivers: tuple[str, ...] = (CLAUDE_PRINT,)
    isolate: bool = Field(False, description="each driver that keeps a client running is joined by its counterpart")
    control: bool = False
    base_url: str | None = None
    model: str | None = None
    token_env: str | None = None
    config: str | None = None
    env_names: tuple[str, ...] = ()
    client: str | None = None
    client_retries: int | None = Field(None, ge=0)
    concurrency: int = Field(1, ge=1)
    workload: Workload = Workload.FULL
    output_format: OutputFormat = OutputFormat.STREAM_JSON
    prime: bool = True
    recorder: bool = True
    record_bodies: bool = False
    keep_output: bool = Field(False, description="keep all that the client prints, also of calls that went well")
    prepare: str | None = None
    faults: tuple[str, ...] = ()
    dangerously_skip_permissions: bool = False
    max_cost_usd: float | None = Field(None, gt=0)
    max_tokens: int | None = Field(None, gt=0)
    fail_on: tuple[str, ...] = ()
    until_sure: bool = False
    max_rounds: int | None = Field(None, ge=1)
    delta: float = Field(0.15, gt=0, lt=1)
    slower_by_s: float | None = Field(None, ge=0)
    slow_after_s: float | None = Field(None, gt=0)
    preflight: bool | None = Field(None, description="ask targets before the first round; None: real ones only")
    fleet: str | None = Field(None, description="the address of a fleet's scheduler")
    tls: str | None = Field(None, description="the directory with the certificates for the fleet")
    allow_client_differences: bool = Field(False, description="vantages may have other versions of the client")
    vantage_wait_s: float | None = Field(None, ge=0, description="for how long a vantage is waited for that is lost")
    vantages: tuple[str, ...] = Field((), description="places that each make all rounds; none without a fleet")
    keep_going: bool = Field(False, description="make all rounds, though every call fails in the same way")

    @model_validator(mode="before")
    @classmethod
    def _of_one_target(cls, data: object) -> object:
        """Files of version 0.1.0 name one `target`."""
        if isinstance(data, dict) and data.get("target") and not data.get("targets"):
            return {**data, "targets": (data["target"],)}
        return data

    @property
    def question(self) -> Question:
        return Question(delta=self.delta, slower_by_s=self.slower_by_s, slow_after_s=self.slow_after_s)


class ClientInfo(Lenient):
    """The program that was run, without the path to it, which is nobody's business."""

    program: str
    version: str | None = None
    source: str = Field("", description="where it was found: flag, environment, PATH, claude-agent-sdk")
    sdk: str | None = Field(None, description="version of the Agent SDK that ran it; None where no SDK did")

    @property
    def named(self) -> str:
        """The program and its version, and the SDK's."""
        sdk = f" by claude-agent-sdk {self.sdk}" if self.sdk else ""
        return f"{self.program} {self.version}{sdk}"


class MachineInfo(Lenient):
    """The machine of a run, without its name."""

    id: str = Field(description="eight hex digits that tell machines apart")
    system: str
    python: str
    cpus: int
    memory_bytes: int | None = None


class TargetInfo(Lenient):
    """The target as it may be shown to anybody."""

    name: str
    kind: UpstreamKind
    base_url: str = Field(description="without user and password")
    model: str
    aliases: ModelAliases = ModelAliases()
    env: dict[str, str] = Field(default_factory=dict, description="values only where the name is known to be harmless")
    token_masked: str | None = None
    auth: TokenHeader = Field(TokenHeader.BEARER, description="the header that carries the token")
    faults: tuple[str, ...] = Field((), description="what an embedded upstream was told to do")


class Manifest(Lenient):
    """The provenance of a run."""

    schema_version: int = SCHEMA_VERSION
    run_id: str
    created_at: Utc
    probe_version: str
    driver: str
    runs_client: bool = Field(
        default_factory=lambda data: data.get("driver") not in _CLIENTLESS, description="calls are made by Claude Code"
    )
    scenario: Scenario
    scenario_digest: str
    target: TargetInfo
    vantage: str | None = Field(None, description="the place where the calls are made; None: of a run of one machine")
    clock_offset_ms: float | None = Field(
        None, description="the vantage's clock minus that of the machine that began the run; None: no fleet"
    )
    clock_error_ms: float | None = Field(None, description="by how much the offset may be wrong: half a round trip")
    way: str | None = Field(None, description="`direct`, or the proxy's host and port; None: of before it was kept")
    client: ClientInfo
    machine: MachineInfo
    rounds: int
    workload: Workload = Workload.FULL
    output_format: OutputFormat = OutputFormat.STREAM_JSON
    argv_template: tuple[str, ...] = ()
    environment_names: tuple[str, ...] = ()
    role: Role = Role.TARGET
    checks_order: bool = Field(
        False, description="an extra call is made where the order of requests could pass for a cold start"
    )
    preflight: Preflight | None = Field(None, description="of the target, before the first round")
    gates: tuple[str, ...] = Field((), description="of the command line, the scenario, probe.toml and the target")
    options: Options = Options()

    @property
    def arm_name(self) -> str:
        """The name of the run's arm: the target's, and the vantage's where there is one."""
        return arm_name(self.target.name, self.vantage)

    def identity(self) -> dict[str, str]:
        """Return what must be alike for two sets of calls to be pooled, or for a run to be resumed.

        An embedded upstream gets another port each time, so its address does not count; nor does what was said to a
        client where none was run. A way that was not kept is like no other way but such.
        """
        target = self.target
        of_client = self.options if self.runs_client else Options()
        return {
            "target": target.name,
            "scenario": f"{self.scenario.name} ({self.scenario_digest})",
            "upstream": target.kind.value,
            "base URL": target.base_url if target.kind is UpstreamKind.REAL else "embedded",
            "vantage": self.vantage or NO_VANTAGE,
            "way": "direct" if target.kind is UpstreamKind.EMBEDDED else self.way or "unknown",
            "faults": ", ".join(target.faults) or "none",
            "token header": target.auth.value,
            "model": target.model,
            "aliases": target.aliases.model_dump_json(exclude_none=True),
            "environment": ", ".join(f"{name}={value}" for name, value in sorted(target.env.items())) or "none",
            "driver": self.driver,
            "workload": self.workload.value,
            "output format": self.output_format.value,
            "client": self.client.named,
            "machine": self.machine.id,
            "concurrency": str(self.options.concurrency),
            "priming": str(of_client.prime),
            "recorder": str(self.options.recorder),
            "prepare": self.options.prepare or "none",
            "client retries": str(of_client.client_retries),
            "skip permissions": str(of_client.dangerously_skip_permissions),
        }


class GroupArm(Lenient):
    """One arm of a group: a run of its own, in a directory of its own."""

    name: str
    role: Role = Role.TARGET
    directory: Passable = Field(description="relative to the group's")


class Group(Lenient):
    """Runs that were made side by side, round by round in random order."""

    schema_version: int = SCHEMA_VERSION
    run_id: str
    created_at: Utc
    arms: tuple[GroupArm, ...]
    order_seed: int = Field(description="of the order of the arms in each round")
    options: Options = Options()
