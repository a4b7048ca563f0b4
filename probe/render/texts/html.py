"""Words of the page that no other format has."""

HTML: dict[str, tuple[str, str]] = {
    "html.title": ("probe report", "probe 报告"),
    "html.skip": ("Skip to the report", "跳到正文"),
    "html.contents": ("Contents", "目录"),
    "html.verdict": ("Verdict:", "结论："),
    "html.figures": ("At a glance", "概览"),
    "html.charts": ("Charts", "图表"),
    "html.tables": ("Tables", "数据表"),
    "html.detail": ("Calls in detail", "调用详情"),
    "html.operator": ("For the operator", "供运维排查"),
    "html.provenance": ("Provenance", "来源"),
    "html.comparisons": ("Comparisons", "对比"),
    "html.compared": ("{candidate} against {base}: every quantity", "{candidate} 对比 {base}：全部指标"),
    "html.made_by": (
        "Made by probe {version}. This file loads nothing from anywhere.",
        "由 probe {version} 生成。本文件不加载任何外部资源。",
    ),
    "html.filter": ("Filter", "筛选"),
    "html.shown": ("{{shown}} of {{all}}", "{{shown}}/{{all}}"),
    "html.control": ("control", "对照组"),
    "html.rounds": ("rounds: {n}", "{n} 轮"),
    "html.n": ("{n} calls", "{n} 次调用"),
    "html.ttft": ("median time to first token", "首 token 时间中位数"),
    # charts
    "html.rounds.title": ("Every round", "逐轮耗时"),
    "html.rounds.caption": (
        "A line joins the calls of a round. An arrow is a call that was cut off there: it took at least as long.",
        "同一轮的各次调用以竖线相连。箭头表示调用在该处被截断：实际耗时至少这么久。",
    ),
    "html.ecdf.title": ("Share of calls done by a time", "到某一时刻已完成的调用比例"),
    "html.ecdf.caption": (
        "An arrow ends a curve below 100 %: the rest never finished, and how long it would have taken is unknown.",
        "曲线未达 100% 而以箭头结束，表示有调用始终未完成：它们本会耗时多久，无从得知。",
    ),
    "html.phases.title": ("Where the time went", "时间花在哪里"),
    "html.phases.caption": (
        "Means over all calls; retries are attempts that failed, and the waits between them.",
        "所有调用的平均值；“重试”包括失败的尝试以及其间的等待。",
    ),
    "html.outcomes.title": ("Outcomes over time", "结果随时间的变化"),
    "html.outcomes.caption": ("Each column is all calls of a few rounds in a row.", "每一列代表连续若干轮的全部调用。"),
    # tables
    "html.unfinished": ("calls that never finished", "始终未完成的调用数"),
    "html.finished": ("Durations of calls that finished", "已完成调用的耗时"),
    "html.cause": ("cause", "原因"),
    "html.cause_flags": ("cause, flags", "原因、标记"),
    "html.flag": ("flag", "标记"),
    "html.condition": ("condition", "条件"),
    "html.certain": ("fails only when the whole interval is beyond the threshold", "仅当整个区间越过阈值才判为未通过"),
    "html.incidents": ("Calls that failed or recovered", "失败或补救后成功的调用"),
    "html.facts": ("What was measured, and how", "测了什么，如何测的"),
    # calls
    "html.call": ("Round {round}, {label}", "第 {round} 轮 {label}"),
    "html.waterfalls.note": (
        "{shown} of {n} calls, each to be opened. Bars go from the client's start to its end.",
        "{n} 次调用中的 {shown} 次，可逐一展开。横条为一次调用的全程，从客户端启动到结束。",
    ),
    "html.not_recorded": ("Nothing was recorded on the wire for this call.", "这次调用没有链路记录。"),
    "html.answered_by": ("answered by {model}", "作答模型 {model}"),
    "html.bytes": ("{count} bytes", "{count} 字节"),
    "html.span.send": ("send", "发送"),
}
