"""The output of `probe check --deep` around its cases: costs, results, the conclusion."""

DEEP: dict[str, tuple[str, str]] = {
    "deep.result.pass": ("pass", "通过"),
    "deep.result.fail": ("fail", "失败"),
    "deep.result.cannot_tell": ("cannot tell", "无法判断"),
    "deep.result.not_made": ("not made", "未执行"),
    "deep.seen": ("seen:   ", "证据："),
    "deep.breaks": ("breaks: ", "影响："),
    "deep.do": ("do:     ", "处理："),
    "deep.table.by.client": ("client", "客户端"),
    "deep.by.plain": ("plain HTTP", "普通 HTTP"),
    "deep.request": ("asked:  ", "请求："),
    "deep.request.line": ("{name}, by {by}: {code}; {quote}", "{name}（{by}）：{code}；{quote}"),
    "deep.request.bare": ("{name}, by {by}: {code}", "{name}（{by}）：{code}"),
    "deep.plan.target": ("{name}: {url}, model {model}", "{name}：{url}，模型 {model}"),
    "deep.plan.reference": (
        "The case `model` sends its requests to {name} as well: {url}, model {model}",
        "用例 `model` 也向 {name} 发送其请求：{url}，模型 {model}",
    ),
    "deep.plan.cost": (
        "About {tokens} tokens in all, input and output.",
        "输入输出总共约 {tokens} 个 token。",
    ),
    "deep.plan.several": (
        "The same for each of {targets} targets: about {tokens} tokens.",
        "对 {targets} 个目标各做一遍：共约 {tokens} 个 token。",
    ),
    "deep.plan.embedded": (
        "The embedded upstream says nothing about any real one.",
        "内置上游的结果不代表任何真实上游。",
    ),
    "deep.begun": ("{target}: {name} …", "{target}：{name} …"),
    "deep.ended": ("{target}: {name}: {result}", "{target}：{name}：{result}"),
    "deep.ask": ("Make these requests?", "要发出这些请求吗？"),
    "deep.not_begun": ("Nothing was sent.", "没有发出任何请求。"),
    "deep.table.case": ("case", "用例"),
    "deep.table.what": ("what is tried", "检查内容"),
    "deep.table.by": ("by", "方式"),
    "deep.table.tokens": ("tokens", "token 数量"),
    "deep.table.severity": ("severity", "严重程度"),
    "deep.table.opt_in": ("Only where they are named: {names}", "只在指定时执行：{names}"),
    "deep.table.found": ("what was found", "发现"),
    "deep.table.request": ("request", "请求"),
    "deep.table.status": ("status", "状态码"),
    "deep.table.time": ("time", "用时"),
    "deep.table.request_id": ("request id", "请求 ID"),
    "deep.table.answer": ("answer", "回答"),
    "deep.requests.title": ("Requests", "请求"),
    "deep.title": ("Does it do all that Claude Code needs?", "它能做到 Claude Code 所需的一切吗？"),
    "deep.facts": ("{url} · model {model} · {client}", "{url} · 模型 {model} · {client}"),
    "deep.facts.client": ("Claude Code {version}", "Claude Code {version}"),
    "deep.facts.no_client": ("no call of Claude Code", "没有调用 Claude Code"),
    "deep.rule": (
        (
            "Each case passes, fails or cannot be told; there is no score. A failure is `wrong` where Claude Code does "
            "not work without it, `warning` where it works badly, `note` where hardly anybody minds."
        ),
        (
            "每项用例的结果是通过、失败或无法判断，没有评分。失败级别：“错误”指 Claude Code 无法工作，"
            "“警告”指工作不佳，“提示”指几乎无人在意。"
        ),
    ),
    "deep.took": (
        "Took {time}; {tokens} tokens, as far as answers say.",
        "用时 {time}；按回答所述共 {tokens} 个 token。",
    ),
    "deep.breaks.label": ("What breaks", "影响"),
    "deep.seen.label": ("Evidence", "证据"),
    "deep.do.label": ("What to do", "处理"),
    "deep.passing": ("Cases that pass", "通过的用例"),
    "deep.matrix.title": ("What each target does", "各目标的结果"),
    "deep.not_served": ("the upstream did not answer: {evidence}", "上游没有给出回答：{evidence}"),
    "deep.not_served.do": (
        "Run `probe check`: it says why. A relay that admits only Claude Code refuses plain HTTP.",
        "运行 `probe check` 可查明原因。只接受 Claude Code 的中转会拒绝普通 HTTP。",
    ),
    "deep.no_client": ("Claude Code cannot be used here: {problem}", "此处无法使用 Claude Code：{problem}"),
    "deep.no_client.do": (
        "Try `claude --print hello` by hand, or name another client with --client.",
        "手动运行 `claude --print hello` 试试，或用 --client 指定另一个。",
    ),
    "deep.out_of_time": ("its time, {limit}, was over", "时间已到（{limit}）"),
    "deep.out_of_time.do": ("Give it more with --timeout.", "用 --timeout 给它更多时间。"),
    "deep.unanswered": (
        "not made: in {n} cases the upstream did not answer, or not in time",
        "未执行：已有 {n} 项用例没有得到回答，或没有及时回答",
    ),
    "deep.conclusion.passes": ("All cases pass: {names}.", "全部用例通过：{names}。"),
    "deep.conclusion": ("{parts}.", "{parts}。"),
    "deep.conclusion.fail": ("Fails: {names}", "失败：{names}"),
    "deep.conclusion.cannot_tell": ("cannot be told: {names}", "无法判断：{names}"),
    "deep.conclusion.pass": ("passes: {names}", "通过：{names}"),
    "deep.interrupted": (
        "Interrupted: the cases below were made before it.",
        "已中断：以下是中断前已执行的用例。",
    ),
    "deep.none_made": ("No case was made.", "没有执行任何用例。"),
}
