"""Findings of `probe check` on the models of a target."""

CHECK_MODELS: dict[str, tuple[str, str]] = {
    "check.models.one": ("the model serves as itself", "模型可用，且名实相符"),
    "check.models.many": ("the models serve as themselves", "各模型可用，且名实相符"),
    "check.models.seen": ("{model} in {time} ({uses})", "{model} 用时 {time}（{uses}）"),
    "check.alias_unknown": ("{model} ({uses}): the upstream does not serve it", "{model}（{uses}）：上游不提供"),
    "check.alias_fails": ("{model} ({uses}): {title}", "{model}（{uses}）：{title}"),
    "check.model_not_said": (
        "the answer does not say which model served ({uses})",
        "回答没有写明由哪个模型作答（{uses}）",
    ),
    "check.model_not_said.seen": (
        "{model} was asked for; no `model` in the answer",
        "请求的是 {model}；回答中没有 `model`",
    ),
    "check.model_not_said.do": (
        (
            "Nobody can tell whether it is the model that was asked for: the upstream's operator has to pass `model` "
            "on in message_start."
        ),
        "无法得知是否为所请求的模型：须由上游的运营者在 message_start 中透传 `model`。",
    ),
    "check.model_mismatch": (
        "{model} was asked for, but {served} says that it served ({uses})",
        "请求的是 {model}，作答的却是 {served}（{uses}）",
    ),
    "check.model_mismatch.seen": ("model in the answer: {served}", "回答中的 model：{served}"),
    "check.model_mismatch.do": (
        "Ask the operator which model stands behind {model}; if you mean {served}, set that.",
        "询问运营者 {model} 实际对应哪个模型；若本就要用 {served}，请直接填写它。",
    ),
    "check.slow_model": ("{model} is slow ({uses})", "{model} 很慢（{uses}）"),
    "check.slow_model.seen": ("a tiny answer took {time}", "一次极短的回答用了 {time}"),
    "check.slow_model.do": (
        "Set a faster model for background work (haiku, small_fast), or measure it with `probe run`.",
        "为后台任务（haiku、small_fast）设置更快的模型，或用 `probe run` 测量。",
    ),
}
