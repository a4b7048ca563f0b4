"""The pages of the site in the order of its menu, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = {"en": "", "zh": "zh/"}
"""The languages, and where each is in the site."""


@dataclass(frozen=True)
class Title:
    """Hold what a menu calls a page or a group of pages, in each language."""

    en: str
    zh: str


MENU: Mapping[Title, Mapping[str, Title]] = {
    Title("Start", "开始"): {
        "index.md": Title("Start", "开始"),
        "install.md": Title("Install", "安装"),
        "symptoms.md": Title("What is wrong with my relay?", "我的中转出了什么问题？"),
        "faq.md": Title("Questions and answers", "常见问题"),
        "statistics.md": Title("Statistics explained", "统计说明"),
        "security.md": Title("Is it safe?", "安全吗？"),
        "words.md": Title("Words", "术语"),
    },
    Title("Measure", "测量"): {
        "check.md": Title("Check", "检查"),
        "check-deep.md": Title("Check more deeply", "深入检查"),
        "run.md": Title("Run", "运行"),
        "targets.md": Title("Targets", "目标"),
        "gates.md": Title("Gates", "门限"),
        "live.md": Title("Live: one process", "Live：同一进程"),
        "sdk.md": Title("Agent SDK", "Agent SDK"),
        "drivers.md": Title("Drivers", "驱动"),
        "keep-warm.md": Title("Stay warm", "保持预热"),
        "record.md": Title("Record your own work", "记录自己的工作"),
        "recordings.md": Title("Read recordings", "查看记录"),
        "fleet.md": Title("Fleet: several machines", "集群：多台机器"),
        "capture.md": Title("Capture and replay", "捕获与重发"),
    },
    Title("Watch", "长期观察"): {
        "nightly.md": Title("Nightly", "每晚测量"),
        "history.md": Title("History in SQL", "历史与 SQL"),
        "observability.md": Title("Observability", "可观测性"),
        "python.md": Title("Python and pytest", "Python 与 pytest"),
        "github-action.md": Title("GitHub Action", "GitHub Action"),
        "docker.md": Title("Docker", "Docker"),
    },
    Title("Understand", "理解"): {
        "reports.md": Title("Reports and files", "报告与文件"),
        "health.md": Title("Health", "健康状况"),
        "verdict.md": Title("The verdict", "结论"),
        "vantages.md": Title("Vantages", "观测点"),
        "failures.md": Title("Outcomes and remedies", "结果与处理"),
        "outcomes.md": Title("Faults and what they come to", "故障与结果"),
        "prompt-cache.md": Title("The prompt cache", "提示缓存"),
        "claude-code.md": Title("How Claude Code behaves", "Claude Code 的行为"),
    },
    Title("Reference", "参考"): {
        "commands.md": Title("Commands", "命令"),
        "exit-codes.md": Title("Exit codes", "退出码"),
        "formats.md": Title("Formats and columns", "格式与列"),
        "faults.md": Title("Faults to set", "可设的故障"),
        "performance.md": Title("Performance", "性能"),
    },
}
"""The groups of the menu and their pages, by the path in the part of a language. A page not yet there is left out."""


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
