"""The pages of the site in the order of its menu, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = {"en": "", "zh": "zh/"}
"""The languages, and where each is in the site."""

Menu = Mapping[str, Mapping[str, str]]
"""The headings of a menu; below each, titles and the pages that they stand for, by their path below `docs`."""

ENGLISH: Menu = {
    "Start": {
        "Start": "index.md",
        "Install": "install.md",
        "What is wrong with my relay?": "symptoms.md",
        "Questions and answers": "faq.md",
        "Statistics explained": "statistics.md",
        "Is it safe?": "security.md",
        "Words": "words.md",
    },
    "Measure": {
        "Check": "check.md",
        "Check more deeply": "check-deep.md",
        "Run": "run.md",
        "Targets": "targets.md",
        "Gates": "gates.md",
        "Live: one process": "live.md",
        "Agent SDK": "sdk.md",
        "Drivers": "drivers.md",
        "Stay warm": "keep-warm.md",
        "Record your own work": "record.md",
        "Read recordings": "recordings.md",
        "Fleet: several machines": "fleet.md",
        "Capture and replay": "capture.md",
    },
    "Watch": {
        "Nightly": "nightly.md",
        "History in SQL": "history.md",
        "Observability": "observability.md",
        "Python and pytest": "python.md",
        "GitHub Action": "github-action.md",
        "Docker": "docker.md",
    },
    "Understand": {
        "Reports and files": "reports.md",
        "Health": "health.md",
        "The verdict": "verdict.md",
        "Vantages": "vantages.md",
        "Outcomes and remedies": "failures.md",
        "Faults and what they come to": "outcomes.md",
        "The prompt cache": "prompt-cache.md",
        "How Claude Code behaves": "claude-code.md",
    },
    "Reference": {
        "Commands": "commands.md",
        "Exit codes": "exit-codes.md",
        "Formats and columns": "formats.md",
        "Faults to set": "faults.md",
        "Performance": "performance.md",
    },
}

CHINESE: Menu = {
    "开始": {
        "开始": "zh/index.md",
        "我的中转出了什么问题？": "zh/symptoms.md",
        "常见问题": "zh/faq.md",
        "统计说明": "zh/statistics.md",
    },
    "测量": {"检查": "zh/check.md", "运行": "zh/run.md", "每晚测量": "zh/nightly.md"},
    "参考": {"命令": "zh/commands.md", "结果与处理": "zh/failures.md", "可设的故障": "zh/faults.md"},
}


@dataclass(frozen=True)
class ProjectPage:
    """A page that is not below `docs`: its title, its file, and its place among the staged pages."""

    title: str
    file: str
    place: str


FOR_CONTRIBUTORS = (
    ProjectPage("Contributing", "CONTRIBUTING.md", "contributing.md"),
    ProjectPage("Architecture", "ARCHITECTURE.md", "architecture.md"),
    ProjectPage("Examples", "examples/README.md", "examples.md"),
    ProjectPage("Changes", "CHANGELOG.md", "changelog.md"),
    ProjectPage("Report a vulnerability", "SECURITY.md", "report-a-vulnerability.md"),
    ProjectPage("Code of conduct", "CODE_OF_CONDUCT.md", "code-of-conduct.md"),
)
"""Pages for those who change the project; one whose file is not there is left out. Decisions come after them."""

MENUS: Mapping[str, Menu] = {"en": ENGLISH, "zh": CHINESE}
