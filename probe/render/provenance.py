"""The origin of a section's figures, as pairs of name and value."""

from collections.abc import Iterable, Iterator

from probe.model.report_sections import Section
from probe.model.run_manifest import MachineInfo, Manifest, TargetInfo
from probe.model.scenario import Scenario
from probe.render.numbers import NOTHING, count_text, range_text, share_text
from probe.render.phrases import margin_words, way_words
from probe.sanitise import printable
from probe.texts import Texts
from probe.units import format_duration


def facts(section: Section, texts: Texts) -> Iterable[tuple[str, str]]:
    """Yield (name, value) in the reader's language; without a manifest only what is known without it."""
    for name, value in _facts(section, texts):
        yield texts(f"fact.{name}"), printable(value)


def _facts(section: Section, texts: Texts) -> Iterator[tuple[str, str]]:
    yield "runs", texts("join.items").join(_run(section, texts)) or NOTHING
    yield (
        "rounds",
        texts(
            "fact.rounds_of", finished=count_text(section.rounds_finished), planned=count_text(section.rounds_planned)
        ),
    )
    if section.manifest:
        yield from _measured(section.manifest, texts)
    if section.verdict:
        yield "delta", share_text(section.verdict.delta, texts)
        yield (
            "slower_by",
            margin_words(section.verdict.slower_by_ms, texts, in_proportion=section.verdict.in_proportion),
        )
    yield "interrupted", texts("fact.not_counted", n=count_text(section.interrupted_calls))
    if section.corrupt:
        yield "corrupt", _named(section.corrupt.items(), texts)


def _run(section: Section, texts: Texts) -> Iterator[str]:
    for run in section.runs:
        end = texts(f"reason.{run.end.value if run.end else 'cut_off'}")
        begun = [f"{run.created_at:%Y-%m-%d %H:%M:%S} UTC"] if run.created_at else []
        yield texts("with_interval", value=run.run_id, interval=texts("join.clauses").join([*begun, end]))


def _named(values: Iterable[tuple[str, object]], texts: Texts) -> str:
    return texts("join.items").join(texts("named", name=name, value=value) for name, value in values)


def _gap(scenario: Scenario, texts: Texts) -> str:
    """Return the idle time before a round: `2 m 00 s`, or `5.00 s to 15 m 00 s` where each has its own."""
    gap = format_duration(scenario.gap_s)
    return range_text(gap, format_duration(scenario.gap_upto_s), texts) if scenario.gap_upto_s else gap


def _measured(manifest: Manifest, texts: Texts) -> Iterator[tuple[str, str]]:
    yield "probe", manifest.probe_version
    yield from _target(manifest.target, texts)
    yield from _scenario(manifest, texts)
    yield from _client(manifest, texts)
    if manifest.vantage:
        yield "vantage", manifest.vantage
    yield "way", way_words(manifest.identity()["way"], texts)
    yield "primed", yes_or_no(manifest.options.prime and manifest.runs_client, texts)
    yield "concurrency", str(manifest.options.concurrency)
    variables = (f"{name}={value}" for name, value in manifest.target.env.items())
    yield "variables", texts("join.items").join(variables) or texts("fact.none")
    yield "machine", machine_words(manifest.machine, texts)


def _target(target: TargetInfo, texts: Texts) -> Iterator[tuple[str, str]]:
    kind = texts("with_interval", value=target.name, interval=texts(f"fact.kind.{target.kind.value}"))
    yield "target", texts("join.clauses").join((kind, target.base_url))
    if target.faults:
        yield "faults", texts("join.parts").join(target.faults)
    yield "token", target.token_masked or texts("fact.none")
    yield "model", target.model


def _scenario(manifest: Manifest, texts: Texts) -> Iterator[tuple[str, str]]:
    scenario = manifest.scenario
    yield "scenario", texts("with_interval", value=scenario.name, interval=manifest.scenario_digest)
    yield "sessions", _named(((step.label, step.session.value) for step in scenario.steps), texts)
    yield "timeouts", _named(((step.label, format_duration(step.timeout_s)) for step in scenario.steps), texts)
    yield "gap", _gap(scenario, texts) if scenario.gap_s else texts("fact.none")


def _source(source: str | None, texts: Texts) -> str:
    """Return where the client was found; what is no name in words."""
    return texts("fact.built_in") if source == "built in" else source or NOTHING


def _client(manifest: Manifest, texts: Texts) -> Iterator[tuple[str, str]]:
    """Say what made the calls; plain HTTP has no workload, no retries and no output."""
    plain, none = not manifest.runs_client, texts("fact.none")
    client, retries = manifest.client, manifest.options.client_retries
    yield "workload", none if plain else manifest.workload.value
    program = f"{client.program} {client.version or texts('fact.version_unknown')}"
    sdk = [f"claude-agent-sdk {client.sdk}"] if client.sdk else []
    value = texts("join.clauses").join((program, *sdk))
    yield "client", texts("with_interval", value=value, interval=_source(client.source, texts))
    shown_retries = texts("fact.default") if retries is None else str(retries)
    yield "retries", none if plain else shown_retries
    driver = texts("join.clauses").join((manifest.driver, manifest.output_format.value))
    yield "driver", manifest.driver if plain else driver
    yield "recorder", yes_or_no(manifest.options.recorder, texts)


def yes_or_no(value: bool, texts: Texts) -> str:
    """Return the word for a truth."""
    return texts("fact.yes" if value else "fact.no")


def machine_words(machine: MachineInfo, texts: Texts) -> str:
    """Describe a machine without its name."""
    memory = [f"{machine.memory_bytes / 2**30:.0f} GiB"] if machine.memory_bytes else []
    parts = (machine.system, texts("fact.cpus", cpus=machine.cpus), *memory, f"Python {machine.python}")
    return texts("named", name=machine.id, value=texts("join.clauses").join(parts))
