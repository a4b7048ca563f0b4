"""The cases of `probe check --deep` that look at what a model is given, and what comes back."""

DEEP_ANSWERS: dict[str, tuple[str, str]] = {
    # thinking
    "deep.thinking.title": ("thinking is taken back on the next turn", "下一轮能送回思考"),
    "deep.thinking.request.first": ("think, and call a tool", "思考并调用工具"),
    "deep.thinking.request.adaptive": ("the same with adaptive thinking", "同上，改用自适应思考"),
    "deep.thinking.request.second": ("its answer sent back", "送回其回答"),
    "deep.thinking.request.cut": ("the same with a cut signature", "同上，签名被截短"),
    "deep.thinking.pass": (
        "thinking is taken back as it came, and refused with a cut signature",
        "思考原样送回被接受，签名被截短则被拒绝",
    ),
    "deep.thinking.pass.seen": ("with a cut signature: {evidence}", "签名被截短时：{evidence}"),
    "deep.thinking.refused": (
        "the upstream refuses its own thinking on the second turn: {evidence}",
        "上游在第二轮拒绝自己的思考：{evidence}",
    ),
    "deep.thinking.not_taken": ("a request with thinking is refused: {evidence}", "带思考的请求被拒绝：{evidence}"),
    "deep.thinking.none": (
        "the answer holds no thinking, though it was asked for",
        "要求了思考，但回答中没有",
    ),
    "deep.thinking.none.do": (
        "Ask the operator whether `thinking` is passed on, if the model can think.",
        "若该模型能思考，请询问运营者是否转发 `thinking`。",
    ),
    "deep.thinking.unsigned": (
        "thinking comes without a signature, and is taken back",
        "思考没有签名，送回被接受",
    ),
    "deep.thinking.unsigned.do": (
        "Nothing breaks by that here. The thinking of Anthropic's models is signed.",
        "在这里不会造成问题。Anthropic 的模型会给思考签名。",
    ),
    "deep.thinking.unchecked": (
        "thinking is taken back, with a cut signature as well: nobody looks at it, or it is left out on the way",
        "思考送回被接受，签名被截短也接受：没有人检查签名，或思考在途中被去掉",
    ),
    "deep.thinking.unchecked.do": (
        "Nothing breaks by that. Whether the model is given its earlier thinking cannot be seen from here.",
        "这不会造成问题。模型是否得到先前的思考，从这里看不出来。",
    ),
    "deep.thinking.breaks": (
        "The first turn works, and each further one fails for good with an invalid signature.",
        "第一轮正常，之后每一轮都因签名无效而失败。",
    ),
    "deep.thinking.do": (
        (
            "Ask the operator to pass thinking and its signature on unchanged, and to keep a session on one backend; "
            "until then MAX_THINKING_TOKENS=0 in the target's env switches thinking off."
        ),
        (
            "请运营者原样转发思考及其签名，并让同一会话固定在同一后端；"
            "在此之前，在目标的 env 中设置 MAX_THINKING_TOKENS=0 可关闭思考。"
        ),
    ),
    # usage
    "deep.usage.title": ("the tokens that answers say are consistent", "回答所报的 token 前后一致"),
    "deep.usage.request.plain.stream": ("a prompt, streamed", "提示，流式"),
    "deep.usage.request.plain.whole": ("the same, not streamed", "同上，非流式"),
    "deep.usage.request.plain.count": ("the same, counted", "同上，count_tokens"),
    "deep.usage.request.tools.stream": ("a prompt with tool blocks, streamed", "含工具内容块的提示，流式"),
    "deep.usage.request.tools.whole": ("the same, not streamed", "同上，非流式"),
    "deep.usage.request.tools.count": ("the same, counted", "同上，count_tokens"),
    "deep.usage.plain": ("without tools", "不含工具"),
    "deep.usage.tools": ("with tools", "含工具"),
    "deep.usage.seen": (
        "{prompt}: {stream} streamed, {whole} not streamed, {count} by count_tokens",
        "{prompt}：流式 {stream}，非流式 {whole}，count_tokens {count}",
    ),
    "deep.usage.pass": (
        "streams, whole answers and count_tokens agree within 10 %",
        "流式、非流式和 count_tokens 相差不超过 10%",
    ),
    "deep.usage.pass_uncounted": (
        "streams and whole answers agree within 10 %; there is no count_tokens, which Claude Code does without",
        "流式与非流式相差不超过 10%；没有 count_tokens，Claude Code 不需要它",
    ),
    "deep.usage.unsaid.both": ("{prompt}: answers do not say their input tokens", "{prompt}：回答没有说明输入 token"),
    "deep.usage.unsaid.stream": (
        "{prompt}: streams do not say their input tokens",
        "{prompt}：流式回答没有说明输入 token",
    ),
    "deep.usage.unsaid.whole": (
        "{prompt}: answers that are not streamed do not say their input tokens",
        "{prompt}：非流式回答没有说明输入 token",
    ),
    "deep.usage.differs": (
        "{prompt}: a stream says {stream} input tokens, the same without a stream {whole}",
        "{prompt}：流式报 {stream} 个输入 token，非流式报 {whole} 个",
    ),
    "deep.usage.count_differs": (
        "{prompt}: answers say {stream} input tokens, count_tokens {count}",
        "{prompt}：回答报 {stream} 个输入 token，count_tokens 报 {count} 个",
    ),
    "deep.usage.hidden": (
        "{tokens} input tokens for a prompt of {chars} letters: somebody adds a prompt of their own",
        "{chars} 个字符的提示却报 {tokens} 个输入 token：有人加入了自己的提示词",
    ),
    "deep.usage.breaks": (
        "The context meter is wrong, so that compaction comes too late or never; or more is paid than was sent.",
        "上下文计量不准，压缩过晚或从不发生；或为未发送的内容付费。",
    ),
    "deep.usage.do": (
        "Ask the operator to pass `usage` on as it comes, in streams too; compare it with the bill.",
        "请运营者原样转发 `usage`，流式也一样；并与账单对照。",
    ),
    # image
    "deep.image.title": ("pictures reach the model, from tools too", "图片能到达模型，工具返回的也能"),
    "deep.image.request.plain": ("a picture of digits", "数字图片"),
    "deep.image.request.tool": ("a picture in the result of a tool", "工具结果中的图片"),
    "deep.image.seen.plain": ("shown {shown}, answered “{text}”", "展示 {shown}，回答“{text}”"),
    "deep.image.seen.tool": ("in the result of a tool {shown}, “{text}”", "工具结果中 {shown}，“{text}”"),
    "deep.image.pass": ("the digits are read, in a picture from a tool too", "数字被读出，工具返回的图片也是"),
    "deep.image.misread": (
        "most digits are read: pictures arrive, and the model errs",
        "多数数字被读出：图片到达了，模型看错了",
    ),
    "deep.image.lost": ("the digits in the picture are not read", "图片中的数字没有被读出"),
    "deep.image.lost_in_tool": (
        "the digits are read in a picture of the user's, but not in one from a tool",
        "用户图片中的数字被读出，工具返回的图片则没有",
    ),
    "deep.image.refused": ("a request with a picture is refused: {evidence}", "带图片的请求被拒绝：{evidence}"),
    "deep.image.refused_in_tool": (
        "a picture in the result of a tool is refused: {evidence}",
        "工具结果中的图片被拒绝：{evidence}",
    ),
    "deep.image.breaks": (
        "Screenshots and pictures that Claude Code reads are not seen, and the answer makes something up.",
        "Claude Code 读取的截图和图片没有被看到，回答会凭空编造。",
    ),
    "deep.image.do": (
        "Use a model that sees, or ask the operator to pass pictures on, within results of tools too.",
        "换用支持图片的模型，或请运营者转发图片，包括工具结果中的图片。",
    ),
    # limits
    "deep.limits.title": ("answers end at max_tokens and stop_sequences", "回答在 max_tokens 和 stop_sequences 处结束"),
    "deep.limits.request.max_tokens": ("a long text within few tokens", "用很少的 token 写长文"),
    "deep.limits.request.stop": ("a text with a stop sequence in it", "含停止序列的文字"),
    "deep.limits.seen": ("{limit}: “{text}” [{reason}]", "{limit}：“{text}” [{reason}]"),
    "deep.limits.pass": ("both limits hold, with the right stop_reason", "两种限制都生效，stop_reason 正确"),
    "deep.limits.too_long": ("max_tokens is not kept", "没有遵守 max_tokens"),
    "deep.limits.reason": (
        "an answer that max_tokens ended has the stop_reason {reason}",
        "因 max_tokens 结束的回答，stop_reason 是 {reason}",
    ),
    "deep.limits.not_stopped": ("stop_sequences are not kept", "没有遵守 stop_sequences"),
    "deep.limits.stop_reason": (
        "an answer that a stop sequence ended has the stop_reason {reason}",
        "因停止序列结束的回答，stop_reason 是 {reason}",
    ),
    "deep.limits.breaks": (
        "Claude Code takes an answer that was cut off for a whole one, or pays for more than it asked for.",
        "Claude Code 把被截断的回答当作完整回答，或为超出要求的内容付费。",
    ),
    "deep.limits.do": (
        "Ask the operator to pass both fields on, and stop_reason as it comes.",
        "请运营者转发这两个字段，并原样转发 stop_reason。",
    ),
    # model
    "deep.model.title": ("the model that answers is the one asked for", "作答的模型与请求的一致"),
    "deep.model.request.short": ("hardly any text", "几乎没有文字"),
    "deep.model.request.english": ("English", "英文"),
    "deep.model.request.code": ("code", "代码"),
    "deep.model.request.chinese": ("Chinese", "中文"),
    "deep.model.sample.english": ("English", "英文"),
    "deep.model.sample.code": ("code", "代码"),
    "deep.model.sample.chinese": ("Chinese", "中文"),
    "deep.model.seen": (
        "{sample}: {tokens} tokens, {reference} at the reference ({percent} %)",
        "{sample}：{tokens} 个 token，参考目标 {reference} 个（{percent}%）",
    ),
    "deep.model.pass": (
        "it answers as {served}; with --reference its tokens are compared too",
        "以 {served} 的名义作答；加上 --reference 还会比较 token",
    ),
    "deep.model.pass_reference": (
        "it answers as {served}, and counts tokens as the reference does",
        "以 {served} 的名义作答，token 计数与参考目标一致",
    ),
    "deep.model.other_name": (
        "{asked} was asked for, and {served} answers by its own words",
        "请求的是 {asked}，而回答自称 {served}",
    ),
    "deep.model.other_tokens": (
        (
            "it counts other tokens for the same texts than the reference does: an indication of another model or of "
            "another way of counting, and no proof"
        ),
        "同样的文字，token 计数与参考目标不同：这提示可能是另一个模型或另一种计数方式，但并非证明",
    ),
    "deep.model.not_said": ("the answer does not say its model", "回答没有说明模型"),
    "deep.model.no_tokens": ("the answers do not say their tokens", "回答没有说明 token"),
    "deep.model.not_said.do": (
        "Ask the operator to pass `model` and `usage` on as they come.",
        "请运营者原样转发 `model` 和 `usage`。",
    ),
    "deep.model.reference_silent": ("the reference did not answer", "参考目标没有给出回答"),
    "deep.model.reference_silent.do": (
        "Run `probe check --target` with the reference: it says why.",
        "用 `probe check --target` 检查参考目标，可查明原因。",
    ),
    "deep.model.breaks": (
        "Another model than the one that is paid for may answer, with another quality and another context.",
        "作答的可能不是所付费的模型，质量和上下文都不同。",
    ),
    "deep.model.do": (
        "Ask the operator which model serves this name, and how tokens are counted.",
        "请向运营者询问该名称由哪个模型提供，以及如何计算 token。",
    ),
    # long_context
    "deep.long_context.title": ("a word far up in a long prompt is found", "能找到长提示开头附近的词"),
    "deep.long_context.request": ("a prompt of about {size} tokens", "约 {size} 个 token 的提示"),
    "deep.long_context.pass": (
        "it is found in prompts of up to {size} tokens",
        "在不超过 {size} 个 token 的提示中都能找到",
    ),
    "deep.long_context.refused": (
        "a prompt of about {size} tokens is refused: {evidence}",
        "约 {size} 个 token 的提示被拒绝：{evidence}",
    ),
    "deep.long_context.lost": (
        "in a prompt of about {size} tokens it is not found",
        "在约 {size} 个 token 的提示中找不到",
    ),
    "deep.long_context.seen": (
        "answered “{text}”; the answer says {tokens} tokens",
        "回答“{text}”；回答所报为 {tokens} 个 token",
    ),
    "deep.long_context.breaks": (
        "In long sessions the beginning is forgotten, tasks and rules with it, and nobody says so.",
        "长会话会遗忘开头，包括任务和规则，却没有任何说明。",
    ),
    "deep.long_context.do": (
        "Ask the operator how long the context is, and run /compact before a session gets that long.",
        "请向运营者询问上下文长度，并趁会话还没那么长就执行 /compact。",
    ),
}
