"""Words of the page that no other format has."""

HTML: dict[str, tuple[str, str]] = {
    "html.title": ("probe report", "probe 报告"),
    "html.skip": ("Skip to the report", "跳到正文"),
    "html.contents": ("Contents", "目录"),
    "html.overview": ("Overview", "总览"),
    "html.targets": ("{n} targets", "{n} 个目标"),
    "html.health": ("Health:", "健康状况："),
    "html.to_do": ("What to do", "怎么办"),
    "html.first_call": ("First call", "首次调用"),
    "html.operator": ("For the operator", "供运维排查"),
    "html.nothing_to_send": (
        "No call failed or needed a retry, so there is nothing to send.",
        "没有调用失败或需要重试，因此没有要发送的内容。",
    ),
    "html.times": ("Times are UTC.", "时间均为 UTC。"),
    "html.copy": ("Copy", "复制"),
    "html.copy_call": ("Copy: {call}", "复制：{call}"),
    "html.copy_all": ("Copy all {n}", "全部复制（{n}）"),
    "html.copied": ("Copied", "已复制"),
    "html.copy_failed": ("Press Ctrl+C to copy the marked text", "请按 Ctrl+C 复制选中的文本"),
    "column.call": ("call", "调用"),
    "html.target": (
        "Target {target}, model {model}, token {token}.",
        "目标 {target}，模型 {model}，令牌：{token}。",
    ),
    "html.curl": (
        "Repeat {label} without Claude Code: a small request with the same prompt",
        "不经 Claude Code 重复 {label}：提示词相同的小请求",
    ),
    "html.why": ("Why, and how sure", "依据与把握"),
    "html.figures": ("Figures, charts and tables", "数据与图表"),
    "html.detail": ("Calls", "逐次调用"),
    "html.provenance": ("How it was measured", "测量方式"),
    "html.comparisons": ("Comparisons", "对比"),
    "html.compared.title": ("Every quantity", "全部指标"),
    "html.compared": ("{candidate} against {base}: every quantity", "{candidate} 对比 {base}：全部指标"),
    "html.made_by": (
        "Made by probe {version}. This file loads nothing from anywhere.",
        "由 probe {version} 生成。本文件不加载任何外部资源。",
    ),
    "html.filter": ("Filter", "筛选"),
    "html.shown": ("{{shown}} of {{all}}", "{{shown}}/{{all}}"),
    "html.control": ("control", "对照组"),
    "html.ttft": ("median time to first token", "首 token 时间中位数"),
    # charts
    "html.rounds.title": ("Every round", "逐轮耗时"),
    "html.rounds.caption": ("A line joins the calls of a round.", "同一轮的各次调用以竖线相连。"),
    "html.rounds.arrow": (
        "An arrow is a call that was cut off there: it took at least as long.",
        "箭头表示调用在该处被截断：实际耗时至少这么久。",
    ),
    "html.ecdf.title": ("Share of calls that had succeeded by a time", "到某一时刻已成功的调用比例"),
    "html.ecdf.arrow": (
        "An arrow ends a curve below 100 %: the rest failed, and is counted as having taken at least its timeout.",
        "曲线未达 100% 而以箭头结束：其余调用失败，按至少用满超时时长计。",
    ),
    "html.phases.title": ("Where the time went", "时间花在哪里"),
    "html.phases.caption": (
        "Means over calls that succeeded; retries are attempts that failed, and the waits between them.",
        "成功调用的平均值；“重试”包括失败的尝试以及其间的等待。",
    ),
    "html.outcomes.title": ("Outcomes over time", "结果随时间的变化"),
    "html.outcomes.caption": ("Each column is all calls of a few rounds in a row.", "每一列代表连续若干轮的全部调用。"),
    # tables
    "html.finished": ("Shortest and longest calls", "最短与最长的调用"),
    "html.cause": ("cause", "原因"),
    "column.ids": ("requests and session", "请求与会话"),
    "html.flag": ("flag", "标记"),
    "html.condition": ("condition", "条件"),
    "html.certain": ("fails only when the whole interval is beyond the threshold", "仅当整个区间越过阈值才判为未通过"),
    "html.incidents": ("Calls that failed or recovered", "失败或补救后成功的调用"),
    "html.facts": ("What was measured, and how", "测了什么，如何测的"),
    # calls
    "html.call": ("Round {round}, {label}", "第 {round} 轮 {label}"),
    "html.calls.note": (
        "{shown} of {n} calls, each to be opened.",
        "{n} 次调用中的 {shown} 次，可逐一展开。",
    ),
    "html.scale.even": (
        "All bars are drawn on one scale, from the start of Claude Code to its end.",
        "所有横条使用同一时间刻度，从 Claude Code 启动到退出。",
    ),
    "html.scale.compressed": (
        (
            "All bars are drawn on one scale, from the start of Claude Code to its end: even up to {even}, where "
            "95 % of the calls that succeeded have ended, and compressed beyond, up to {end}."
        ),
        (
            "所有横条使用同一时间刻度，从 Claude Code 启动到退出：{even} 以内均匀（95% 的成功调用在此之前结束），"
            "之后压缩，直到 {end}。"
        ),
    ),
    "html.kind.all": ("All", "全部"),
    "html.kind.failed": ("Failed", "失败"),
    "html.kind.recovered": ("Recovered", "补救后成功"),
    "html.step.all": ("All steps", "全部步骤"),
    "html.not_recorded": ("There is no readable record of the wire for this call.", "这次调用没有可读的链路记录。"),
    "html.answered_by": ("answered by {model}", "作答模型 {model}"),
    "html.bytes": ("{count} bytes", "{count} 字节"),
    "html.span.send": ("send", "发送"),
}
