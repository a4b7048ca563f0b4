"""The plan of a run: rounds, time and tokens that a question takes."""

PLANS: dict[str, tuple[str, str]] = {
    "plan.question.fails": (
        "First calls fail in {first} of rounds, second calls in {second}; a call takes {call}, give or take {spread}.",
        "首次调用失败率 {first}，第二次调用失败率 {second}；一次调用耗时 {call}，上下浮动 {spread}。",
    ),
    "plan.question.slower": (
        "First calls take {slower} longer in {share} of rounds.",
        "在 {share} 的轮次中，首次调用多用 {slower}。",
    ),
    "plan.round": ("Scenario {scenario}, no idle time before a round.", "场景 {scenario}，每轮之前不空闲。"),
    "plan.round.gap": (
        "Scenario {scenario}, {gap} of idle time before a round.",
        "场景 {scenario}，每轮之前空闲 {gap}。",
    ),
    "plan.column.answer": ("ANSWER", "结论"),
    "plan.column.rounds": ("ROUNDS", "轮次"),
    "plan.column.time": ("TIME", "时间"),
    "plan.column.tokens": ("INPUT TOKENS", "输入 token"),
    "plan.cold": ("COLD, in {share} of runs", "存在冷启动效应，{share} 的测量"),
    "plan.no_effect": ("no cold effect, in {share} of runs", "无冷启动效应，{share} 的测量"),
    "plan.more": ("more than {n}", "超过 {n}"),
    "plan.mean": (
        "On average it takes {mean} rounds until COLD.",
        "平均 {mean} 轮可判定存在冷启动效应。",
    ),
    "plan.alike": (
        (
            "If first calls are like second calls, COLD is said wrongly in at most 5 % of runs, whenever one stops "
            "(here {false_cold})."
        ),
        "若首次调用与第二次调用并无差别，误判为冷启动的测量至多占 5%，何时停止都成立（此处为 {false_cold}）。",
    ),
    "plan.time": (
        "The longer time is for failed calls that last until their deadline.",
        "较长的时间对应失败的调用一直拖到时限的情形。",
    ),
    "plan.run": ("To measure it: {command}", "测量命令：{command}"),
    "plan.simulated": (
        "From {runs} simulated runs (seed {seed}), judged by the verdict's own test.",
        "依据 {runs} 次模拟测量（随机种子 {seed}），用与结论相同的检验判定。",
    ),
}
