"""Titles of annotations of GitHub Actions."""

GITHUB: dict[str, tuple[str, str]] = {
    "annotation.health": ("{target} is {word}", "{target}：{word}"),
    "annotation.gate": ("a gate failed", "门限未通过"),
    "annotation.finding": ("{target}: {what}", "{target}：{what}"),
    "annotation.night": ("the night of {target}", "{target} 的这一夜"),
    "annotation.no_outputs": (
        "warning: the step's outputs could not be written to {path}: {problem}",
        "警告：无法把步骤的输出写入 {path}：{problem}",
    ),
    "annotation.stopped": ("stopped", "已停止"),
}
