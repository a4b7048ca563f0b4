"""A Report as Markdown that reads well in a terminal, a pull request and a chat."""

import re
from collections.abc import Iterable, Sequence

from probe.model.choices import EndReason, UpstreamKind
from probe.model.report import Bound, Figure, Report, StepStatistics
from probe.model.run import Manifest
from probe.model.wire import PhaseSource
from probe.sanitise import printable
from probe.units import format_duration

_MOST_INCIDENTS = 50
_SOURCES = {PhaseSource.WIRE: "as recorded on the wire", PhaseSource.CLIENT: "by the client's own words"}


def render_markdown(report: Report) -> str:
    """The whole report."""
    parts = [
        f"# probe report: {_text(report.run_id)}",
        *_notices(report),
        _opening(report),
        "## Calls",
        _calls(report),
        "## Durations",
        _durations(report),
        *_phases(report),
        "## Outcomes",
        _outcomes(report),
        "## Models and tokens",
        _models(report),
        *_gates(report),
        *_incidents(report),
        "## Provenance",
        _provenance(report),
    ]
    return "\n\n".join(parts) + "\n"


def _notices(report: Report) -> Iterable[str]:
    if report.manifest and report.manifest.target.kind is UpstreamKind.EMBEDDED:
        yield (
            "> **Embedded upstream.** These calls went to the stand-in that comes with `probe`, "
            "told to misbehave as listed under Provenance. They say nothing about any real upstream."
        )
    for note in (report.provenance_note, report.machine_note):
        if note:
            yield f"> {_text(note[:1].upper() + note[1:])}"
    if report.end is not EndReason.COMPLETED and report.rounds_finished < report.rounds_planned:
        why = {
            EndReason.INTERRUPTED: "it was interrupted",
            EndReason.MAX_COST: "the limit of --max-cost-usd was reached",
            EndReason.MAX_TOKENS: "the limit of --max-tokens was reached",
        }
        reason = (
            why.get(report.end, "it is still running, or was cut off")
            if report.end
            else ("it is still running, or was cut off")
        )
        yield f"> **Not complete**: {report.rounds_finished} of {report.rounds_planned} rounds; {reason}."
    if report.corrupt:
        lost = ", ".join(f"{name}: {count}" for name, count in report.corrupt.items())
        yield f"> **Not everything could be read**: {_text(lost)}."


def _opening(report: Report) -> str:
    """What a reader wants to know first, in words that claim no more than was counted."""
    if not any(step.n for step in report.steps):
        return "No call finished, so nothing can be said."
    sentences = []
    for step in report.steps:
        recovered = (
            f", {step.recovered} of the good ones only after something that the client hid" if step.recovered else ""
        )
        sentences.append(f"**{step.label}**: {step.failed} of {step.n} failed{recovered}")
    text = "; ".join(sentences) + "."
    if report.pairs:
        text += (
            f" Of {report.pairs} rounds, only the first call failed in {report.only_first_failed},"
            f" only the second in {report.only_second_failed}, both in {report.both_failed}."
        )
    known = [(step.label, step.durations.median) for step in report.steps if step.durations]
    if any(figure.bound is Bound.TOO_FEW for _, figure in known):
        return f"{text} Too few rounds to say how long a call typically takes."
    return f"{text} Median duration: {', '.join(f'{label} {_figure(figure)}' for label, figure in known)}."


def _calls(report: Report) -> str:
    rows = [
        [
            step.label,
            str(step.n),
            str(step.ok),
            str(step.clean),
            str(step.recovered),
            str(step.failed),
            str(step.timed_out),
            _rate(step),
        ]
        for step in report.steps
    ]
    header = ["step", "n", "ok", "clean", "recovered", "failed", "of these timed out", "failure rate (95 % interval)"]
    return _table(header, rows) + (
        "\n\n*ok*: came to what the scenario expects. *recovered*: ok, but only after a retry or a broken stream, or "
        "not as asked; *clean*: ok without any of that."
    )


def _rate(step: StepStatistics) -> str:
    if step.failure_rate is None or step.failure_rate_low is None or step.failure_rate_high is None:
        return "–"
    return f"{step.failure_rate:.0%} ({step.failure_rate_low:.0%} to {step.failure_rate_high:.0%})"


def _durations(report: Report) -> str:
    rows = []
    for step in report.steps:
        if step.durations is None:
            continue
        d = step.durations
        rows.append(
            [
                step.label,
                str(d.n),
                _figure(d.median),
                _figure(d.p90),
                _ms(d.restricted_mean_ms),
                str(d.successes),
                _ms(d.success_min_ms),
                _ms(d.success_median_ms),
                _ms(d.success_max_ms),
                f"{_ms(step.ttft_median_ms)} (n={step.ttft_n})" if step.ttft_n else "–",
            ]
        )
    header = [
        "step",
        "n",
        "median",
        "p90",
        "mean, at least",
        "n ok",
        "min ok",
        "median ok",
        "max ok",
        "median TTFT, ok",
    ]
    return _table(header, rows) + (
        "\n\nWall time of the whole call, client start included. In *median*, *p90* and *mean* a failed call counts as "
        "having taken at least its timeout; the columns with *ok* leave failed calls out. *TTFT*: from the request "
        "that counted to its first content, as recorded, or else as the client tells it."
    )


def _phases(report: Report) -> Iterable[str]:
    known = [step for step in report.steps if step.phases]
    if not known:
        return
    yield "## Where the time went"
    every = ("boot_ms", "retries_ms", "connect_ms", "wait_ms", "stream_ms", "exit_ms", "unsplit_ms")
    fields = [name for name in every if any(getattr(step.phases, name) for step in known)]
    rows = [[step.label, str(step.phases_n), *(_ms(getattr(step.phases, name)) for name in fields)] for step in known]
    sources = " and ".join(dict.fromkeys(_SOURCES[step.phases.source] for step in known if step.phases))
    yield _table(["step", "n", *(name.removesuffix("_ms") for name in fields)], rows) + (
        f"\n\nMeans over all calls, {sources}; they add up to the mean wall time. *boot*: until the client's first "
        "request. *retries*: attempts that failed, and the client's waits between them. *wait*: the upstream's silence "
        "after the request that counted."
    )


def _outcomes(report: Report) -> str:
    rows = [
        [
            step.label,
            _outcome(each.outcome, each.cause),
            str(each.n),
            "as expected" if each.expected else f"{each.outcome.words}; to act: {each.outcome.party}",
        ]
        for step in report.steps
        for each in step.outcomes
    ]
    flags = [
        [step.label, f"flag `{flag}`", str(count), "seen beside the outcome"]
        for step in report.steps
        for flag, count in step.flags.items()
    ]
    return _table(["step", "outcome", "calls", "meaning"], rows + flags)


def _models(report: Report) -> str:
    asked = report.manifest.target.model if report.manifest else None
    rows = []
    for step in report.steps:
        tokens = step.tokens
        served = ", ".join(f"{_text(model)} ({count})" for model, count in step.models_served.items())
        rows.append(
            [
                step.label,
                _text(asked or "–"),
                served or "–",
                _count(tokens.input),
                _count(tokens.output),
                _count(tokens.cache_read),
                "–" if tokens.cost_usd is None else f"{tokens.cost_usd:.4f}",
            ]
        )
    header = ["step", "asked for", "served (calls)", "input tokens", "output tokens", "cache read", "cost (USD)"]
    return _table(header, rows) + "\n\nTokens and cost are what the client reports; it prices every model as its own."


def _gates(report: Report) -> Iterable[str]:
    if report.gates:
        yield "## Gates"
        yield _table(
            ["gate", "result", "observed"],
            [
                [f"`{gate.expression}`", "**failed**" if gate.failed else "passed", gate.observed]
                for gate in report.gates
            ],
        )


def _incidents(report: Report) -> Iterable[str]:
    if not report.incidents:
        return
    yield "## Calls that failed or recovered"
    shown = report.incidents[:_MOST_INCIDENTS]
    rows = [
        [
            str(each.round),
            each.label,
            each.started_at.strftime("%Y-%m-%d %H:%M:%S"),
            _ms(each.wall_ms),
            _outcome(each.outcome, each.cause),
            ", ".join(each.flags) or "–",
            _quoted(each.evidence),
        ]
        for each in shown
    ]
    left = len(report.incidents) - len(shown)
    more = f"\n\n{left} more; `probe export` lists every call." if left else ""
    yield _table(["round", "step", "UTC", "took", "outcome", "flags", "evidence"], rows) + more


def _provenance(report: Report) -> str:
    if report.manifest is None:
        return "Unknown: the run has no readable manifest."
    rows = [[name, _text(value)] for name, value in _facts(report.manifest, report)]
    return _table(["what", "is"], rows)


def _facts(manifest: Manifest, report: Report) -> Iterable[tuple[str, str]]:
    target = manifest.target
    yield "made", f"{manifest.created_at:%Y-%m-%d %H:%M:%S} UTC by probe {manifest.probe_version}"
    yield "target", f"{target.name} ({target.kind}), {target.base_url}"
    if target.faults:
        yield "faults", "; ".join(target.faults)
    yield "token", target.token_masked or "none"
    yield "model", target.model
    yield "scenario", f"{manifest.scenario.name} ({manifest.scenario_digest})"
    yield "sessions", ", ".join(f"{step.label}: {step.session}" for step in manifest.scenario.steps)
    yield "timeouts", ", ".join(f"{step.label}: {format_duration(step.timeout_s)}" for step in manifest.scenario.steps)
    yield "idle before a round", format_duration(manifest.scenario.gap_s) if manifest.scenario.gap_s else "none"
    yield "workload", manifest.workload
    yield (
        "client",
        f"{manifest.client.program} {manifest.client.version or '(version unknown)'} (from {manifest.client.source})",
    )
    yield (
        "client retries",
        "its default" if manifest.options.client_retries is None else str(manifest.options.client_retries),
    )
    yield "driver", f"{manifest.driver}, {manifest.output_format}"
    yield "sandbox primed", "yes" if manifest.options.prime else "no"
    yield "rounds at a time", str(manifest.options.concurrency)
    yield "variables set", ", ".join(f"{name}={value}" for name, value in target.env.items()) or "none of the user's"
    machine = manifest.machine
    memory = f", {machine.memory_bytes / 2**30:.0f} GiB" if machine.memory_bytes else ""
    yield "machine", f"{machine.id}: {machine.system}, {machine.cpus} CPUs{memory}, Python {machine.python}"
    yield "interrupted calls", f"{report.interrupted_calls}, not counted above"


def _figure(figure: Figure) -> str:
    text = _ms(figure.value_ms)
    match figure.bound:
        case Bound.EXACT:
            return text
        case Bound.MORE_THAN:
            return f"> {text}"
        case Bound.TOO_FEW:
            return "n too small" if figure.value_ms is None else f"≥ {text} (n too small)"


def _outcome(outcome: str, cause: str | None) -> str:
    if cause and re.fullmatch(r"[\w .-]+", cause):
        return f"`{outcome}: {cause}`"
    return f"`{outcome}`: {_text(cause)}" if cause else f"`{outcome}`"


def _ms(value: float | None) -> str:
    return "–" if value is None else format_duration(value / 1000)


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _text(value: str) -> str:
    """Text of strangers, made harmless: no control characters, no mark-up, no table borders."""
    return re.sub(r"([\\`*_\[\]<>|#~&])", r"\\\1", printable(value))


def _quoted(value: str) -> str:
    """Text of strangers as a code span, in which no address becomes a link and no name a mention."""
    plain = printable(value).replace("`", "'").replace("|", "¦")
    return f"`{plain}`" if plain else "–"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return "None."
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join([line(header), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, rows)])
