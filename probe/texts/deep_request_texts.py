"""The cases of `probe check --deep` that look at what an upstream takes, and how it refuses."""

DEEP_REQUESTS: dict[str, tuple[str, str]] = {
    "deep.request.usual": ("a usual request", "普通请求"),
    "deep.not_followed": (
        "the model does not answer with the text that it is asked for",
        "模型没有回答所要求的文字",
    ),
    "deep.not_followed.do": ("Try again, or with another model.", "请重试，或换一个模型。"),
    "deep.quoted": ("“{words}”", "“{words}”"),
    # fields
    "deep.fields.title": ("the request of Claude Code is taken as it is", "接受 Claude Code 的原样请求"),
    "deep.fields.request": ("the client's own request", "客户端自己的请求"),
    "deep.fields.request.without": ("the same without {parts}", "同上，去掉 {parts}"),
    "deep.fields.pass": ("all betas and fields of it are taken", "其全部 beta 和字段都被接受"),
    "deep.fields.pass.seen": ("{betas} betas; {fields}", "{betas} 个 beta；{fields}"),
    "deep.fields.falls_back": (
        (
            "messages of the role system are refused in words upon which Claude Code sends them as the user's; the "
            "rest is taken"
        ),
        "system 角色的消息被拒绝，其说法能让 Claude Code 改以用户消息发送；其余都被接受",
    ),
    "deep.fields.beta": ("the beta {name}", "beta {name}"),
    "deep.fields.field": ("the field {name}", "字段 {name}"),
    "deep.fields.culprits": (
        "it is refused with {code}, and served without: {parts}",
        "以 {code} 拒绝；去掉以下部分才得到回答：{parts}",
    ),
    "deep.fields.one_of": (
        "it is refused with {code}, and served without all of these, of which some are to blame: {parts}",
        "以 {code} 拒绝；全部去掉以下部分才得到回答，原因在其中：{parts}",
    ),
    "deep.fields.refused": (
        "it is refused with {code}, also without its betas and fields",
        "以 {code} 拒绝，去掉 beta 和字段后也一样",
    ),
    "deep.fields.setting.do": (
        (
            "Set {settings} in the target's env: this client then does not send it. Or ask the operator to pass it on, "
            "or to drop what is not known. Recent versions leave out a refused beta themselves, one request for each."
        ),
        (
            "在目标的 env 中设置 {settings}：此客户端就不再发送它。或请运营者转发，或丢弃不认识的部分。"
            "较新的版本会自己去掉被拒绝的 beta，每个多一次请求。"
        ),
    ),
    "deep.fields.no_setting.do": (
        (
            "None of the settings that were tried keeps this client from sending it: ask the operator to pass it on, "
            "or to drop it (`drop_params` in LiteLLM)."
        ),
        "试过的设置都不能让此客户端不发送它：请运营者转发，或丢弃它（LiteLLM 的 `drop_params`）。",
    ),
    "deep.fields.unknown.do": (
        "Ask the operator why this request is refused; its id stands beside it.",
        "请向运营者询问为何拒绝此请求；旁边有其请求 ID。",
    ),
    "deep.fields.breaks": (
        "Every call fails, or each session pays for further requests until the part is left out.",
        "每次调用都失败，或每个会话都要多付几次请求的费用，直到去掉该部分。",
    ),
    "deep.fields.do": ("Ask the operator to pass the request on unchanged.", "请运营者原样转发请求。"),
    # errors
    "deep.errors.title": ("errors come as the API writes them", "错误按 API 的写法返回"),
    "deep.errors.request": ("more max_tokens than any model writes", "超出任何模型上限的 max_tokens"),
    "deep.errors.seen": ("{evidence}", "{evidence}"),
    "deep.errors.pass": (
        "an error comes in the API's shape, with its words and an id",
        "错误的格式、原文和请求 ID 都与 API 一致",
    ),
    "deep.errors.served": (
        "a request with max_tokens {n} is served, so that no error comes",
        "max_tokens 为 {n} 的请求也得到了回答，因此没有错误可看",
    ),
    "deep.errors.served.do": (
        "Nothing breaks by that. The case `too_long` looks at another error.",
        "这不会造成问题。用例 `too_long` 检查另一种错误。",
    ),
    "deep.errors.no_status": ("the connection ends without an answer", "连接中断，没有任何响应"),
    "deep.errors.success": ("it comes with HTTP {status}", "以 HTTP {status} 返回"),
    "deep.errors.status": ("it comes with HTTP {status} and not 400", "以 HTTP {status} 而非 400 返回"),
    "deep.errors.retried": (
        "it comes with HTTP {status}, upon which Claude Code asks again, up to 10 times",
        "以 HTTP {status} 返回，Claude Code 会因此重试，最多 10 次",
    ),
    "deep.errors.page": ("it is a web page", "内容是网页"),
    "deep.errors.openai": (
        'it comes in the shape of OpenAI, without `"type": "error"`',
        '采用 OpenAI 的格式，没有 `"type": "error"`',
    ),
    "deep.errors.other_json": ("its JSON is in no known shape", "JSON 格式不是已知的任何一种"),
    "deep.errors.text": ("it is no JSON", "内容不是 JSON"),
    "deep.errors.words": ("its words do not say what is wrong", "没有说明错在哪里"),
    "deep.errors.no_id": ("it has no request id", "没有请求 ID"),
    "deep.errors.breaks": (
        (
            "Claude Code acts upon the words of errors: it compacts a conversation that is too long, leaves out what "
            "is refused, asks again or stops. With others it does the wrong one, and shows a message that says nothing."
        ),
        (
            "Claude Code 依据错误原文行事：对话过长就压缩，字段被拒就去掉，或重试、或停止。"
            "原文变了，它就会做错，显示的信息也毫无用处。"
        ),
    ),
    "deep.errors.do": (
        "Ask the operator to pass errors on unmodified: status, body and request id.",
        "请运营者原样转发错误：状态码、响应体和请求 ID。",
    ),
    # too_long
    "deep.too_long.title": (
        "a prompt beyond the context is refused as the API does",
        "超出上下文的提示按 API 的方式拒绝",
    ),
    "deep.too_long.request": ("a prompt of 230,000 tokens", "230,000 个 token 的提示"),
    "deep.too_long.pass": (
        "it is refused in the words upon which Claude Code compacts",
        "拒绝的说法能让 Claude Code 压缩对话",
    ),
    "deep.too_long.pass_recent": (
        "it is refused in words upon which Claude Code 2.1.329 compacts; 2.1.197 and older do not know them",
        "拒绝的说法能让 Claude Code 2.1.329 压缩对话；2.1.197 及更早的版本不认识",
    ),
    "deep.too_long.words": (
        "it is refused in words that do not tell Claude Code that the prompt is too long",
        "拒绝的说法没有让 Claude Code 知道提示过长",
    ),
    "deep.too_long.status": ("it is answered with {code} and not 400", "以 {code} 而非 400 回应"),
    "deep.too_long.cut": (
        "it is served, but for {tokens} tokens only: the rest was cut off",
        "得到了回答，但只算 {tokens} 个 token：其余被截掉了",
    ),
    "deep.too_long.served": (
        "a prompt of {sent} tokens is served: the context is longer",
        "{sent} 个 token 的提示得到了回答：上下文更长",
    ),
    "deep.too_long.served.do": (
        "Nothing breaks by that before the context is full.",
        "上下文用满之前不会有问题。",
    ),
    "deep.too_long.breaks": (
        "A long session ends with an error instead of being compacted, and cannot go on.",
        "长会话不会自动压缩，而是报错并无法继续。",
    ),
    "deep.too_long.do": (
        "Ask the operator to pass the error on unmodified; until then run /compact before a session gets that long.",
        "请运营者原样转发该错误；在此之前，趁会话还没那么长就执行 /compact。",
    ),
    # system_role
    "deep.system_role.title": ("messages of the role system are taken", "接受角色为 system 的消息"),
    "deep.system_role.request": ("a message of the role system at the end", "末尾是 system 角色的消息"),
    "deep.system_role.seen": ("{evidence}", "{evidence}"),
    "deep.system_role.pass": ("such a message is taken", "接受这样的消息"),
    "deep.system_role.falls_back": (
        "it is refused in words upon which Claude Code sends it as the user's, at the price of one more request",
        "拒绝的说法能让 Claude Code 改以用户消息发送，代价是多一次请求",
    ),
    "deep.system_role.refused": (
        "it is refused with {code}, in words that Claude Code does not know",
        "以 {code} 拒绝，说法是 Claude Code 不认识的",
    ),
    "deep.system_role.breaks": (
        "Every call of Claude Code 2.1.197 and later fails: it sends such messages; 2.1.100 and older do not.",
        "Claude Code 2.1.197 及之后的版本每次调用都会失败：它们发送这样的消息；2.1.100 及更早的版本不发送。",
    ),
    "deep.system_role.do": (
        (
            'Ask the operator to take such messages, or to refuse them as the API does: `Unexpected role "system"… '
            "input message role`. Claude Code 2.1.100 does without."
        ),
        (
            '请运营者接受这样的消息，或按 API 的说法拒绝：`Unexpected role "system"… input message role`。'
            "Claude Code 2.1.100 不需要它。"
        ),
    ),
    # structured
    "deep.structured.title": ("a title comes as JSON, or is refused without harm", "标题以 JSON 返回，或被无害地拒绝"),
    "deep.structured.request": ("the title of a session, with a JSON schema", "会话标题，附 JSON schema"),
    "deep.structured.pass": ("the title comes as JSON that follows the schema", "标题以符合 schema 的 JSON 返回"),
    "deep.structured.harmless": (
        "it is refused, and usual requests are served after it",
        "被拒绝，但之后的普通请求仍得到回答",
    ),
    "deep.structured.locked": (
        "it is refused, and the usual request after it too: {evidence}",
        "被拒绝，之后的普通请求也被拒绝：{evidence}",
    ),
    "deep.structured.status": (
        "it is answered with {code}, and a usual request is served",
        "以 {code} 回应，而普通请求得到回答",
    ),
    "deep.structured.no_json": ("what comes is no JSON", "返回的不是 JSON"),
    "deep.structured.other_json": ("the JSON that comes does not follow the schema", "返回的 JSON 不符合 schema"),
    "deep.structured.breaks": (
        "Sessions have no titles, and each session pays for a request in vain; where the account is locked, it ends.",
        "会话没有标题，每个会话都白付一次请求的费用；账号被锁时会话就此中断。",
    ),
    "deep.structured.do": (
        (
            "Ask the operator to pass `output_config` on, or to refuse it with HTTP 400; "
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 keeps Claude Code from asking for titles."
        ),
        (
            "请运营者转发 `output_config`，或以 HTTP 400 拒绝；"
            "设置 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 可让 Claude Code 不请求标题。"
        ),
    ),
    # firewall
    "deep.firewall.title": ("no firewall and no limit on bodies is in the way", "没有防火墙或请求体限制拦路"),
    "deep.firewall.request.html": ("HTML with a script", "带脚本的 HTML"),
    "deep.firewall.request.sql": ("SQL", "SQL"),
    "deep.firewall.request.shell": ("shell commands with paths", "带路径的 shell 命令"),
    "deep.firewall.request.large": ("a body of 4 MB", "4 MB 的请求体"),
    "deep.firewall.pass": (
        "HTML, SQL and shell commands are taken, and a body of 4 MB",
        "接受 HTML、SQL、shell 命令以及 4 MB 的请求体",
    ),
    "deep.firewall.blocked.html": ("a script in HTML is blocked: {evidence}", "HTML 中的脚本被拦截：{evidence}"),
    "deep.firewall.blocked.sql": ("SQL is blocked: {evidence}", "SQL 被拦截：{evidence}"),
    "deep.firewall.blocked.shell": ("shell commands are blocked: {evidence}", "shell 命令被拦截：{evidence}"),
    "deep.firewall.too_large": ("a body of 4 MB is refused: {evidence}", "4 MB 的请求体被拒绝：{evidence}"),
    "deep.firewall.breaks": (
        (
            "A session breaks off as soon as such code or a long history is in it, and every further request of it "
            "fails as well, since the history is sent each time."
        ),
        "会话中一旦出现这样的代码或历史过长就会中断；由于每次都发送历史，之后的请求也都失败。",
    ),
    "deep.firewall.do": (
        (
            "Ask the operator to switch the web firewall off for the API, and to allow bodies of 32 MB, as Anthropic's "
            "API does."
        ),
        "请运营者对该 API 关闭 Web 防火墙，并像 Anthropic 的 API 那样允许 32 MB 的请求体。",
    ),
}
