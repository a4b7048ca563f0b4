"""The beginnings of the pages that are made from the program."""

from collections.abc import Mapping

HEADS: Mapping[str, Mapping[str, str]] = {
    "commands": {
        "en": """# Commands

The help of each command, as `--help` shows it. [Exit codes](exit-codes.md).
""",
        "zh": """# 命令

各命令 `--help` 的输出。[退出码](exit-codes.md)。
""",
    },
    "faults": {
        "en": """# Faults to set

What the embedded upstream can do wrong: `--fault` of `probe run`, `check`, `replay` and `probe upstream serve`.
[What each comes to](outcomes.md).
""",
        "zh": """# 可设的故障

内置上游可以出的错，用于 `probe run`、`check`、`replay` 和 `probe upstream serve` 的 `--fault`。
[各故障导致的结果](outcomes.md)。
""",
    },
    "failures": {
        "en": """# Outcomes and remedies

Each call has one outcome. What a report says of it, who has to act if it lasts, and what to do.
[Which fault comes to which outcome](outcomes.md).
""",
        "zh": """# 结果与处理

每次调用有且只有一个结果。下面是报告对它的说明、持续出现时由谁处理，以及该怎么办。
[哪种故障导致哪种结果](outcomes.md)。
""",
    },
    "formats": {
        "en": """# Formats and columns

The columns of calls in `probe export`, in data frames ([python](python.md)) and in the history
([history](history.md)), and the fields of the JSON that `probe` writes. Formats grow: new columns come last, and files
of earlier versions still load.
""",
        "zh": """# 格式与列

`probe export`、数据框（[python](python.md)）和历史（[history](history.md)）中各次调用的列，
以及 `probe` 写出的 JSON 的字段。
格式只增不减：新的列加在最后，早期版本的文件仍能读取。
""",
    },
}
