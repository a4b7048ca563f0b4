"""Findings of `probe check` on parts of requests that an upstream refuses, with remedies (`.do`)."""

CHECK_REQUESTS: dict[str, tuple[str, str]] = {
    "check.betas_refused": (
        "the upstream refuses betas that Claude Code sends in anthropic-beta",
        "上游拒绝 Claude Code 在 anthropic-beta 中发送的 beta",
    ),
    "check.betas_refused.named": (
        "the upstream refuses betas that Claude Code sends in anthropic-beta: {names}",
        "上游拒绝 Claude Code 在 anthropic-beta 中发送的 beta：{names}",
    ),
    "check.betas_refused.do": (
        (
            "Set {switch} in the target's env or with --env, which leaves out most of them; for the rest the "
            "upstream's operator has to pass the header on, or drop what it does not know. Recent versions drop one "
            "beta and ask again, one request for each."
        ),
        (
            "在目标的 env 中或用 --env 设置 {switch}，可省去其中大部分；"
            "其余须由上游的运营者透传该请求头，或丢弃不认识的值。"
            "较新的客户端每次去掉一个 beta 再请求，每个 beta 多一次请求。"
        ),
    ),
    "check.field_refused": (
        "the upstream does not accept a field that Claude Code sends: {names}",
        "上游不接受 Claude Code 发送的字段：{names}",
    ),
    "check.field_refused.do": (
        "Have the gateway drop it, or put one in between that does (`drop_params` in LiteLLM).",
        "让网关丢弃该字段，或在中间加一个会丢弃它的网关（LiteLLM 的 `drop_params`）。",
    ),
    "check.field_refused.switch.do": (
        (
            "Set {switches} in the target's env or with --env, so that it is not sent; or have the gateway drop it, or "
            "put one in between that does (`drop_params` in LiteLLM)."
        ),
        (
            "在目标的 env 中或用 --env 设置 {switches}，就不会发送它；或让网关丢弃该字段，"
            "或在中间加一个会丢弃它的网关（LiteLLM 的 `drop_params`）。"
        ),
    ),
    "check.body_limit": (
        "{name} does not accept requests as large as Claude Code's",
        "{name}：不接受 Claude Code 这样大的请求",
    ),
    "check.body_limit.somewhere": ("something on the way", "途中某处"),
    "check.body_limit.do": (
        ("Raise {setting}: Anthropic's API accepts 32 MB, and a long session needs many times what a first call does."),
        "调高{setting}：Anthropic 的 API 接受 32 MB，而长会话所需是首次调用的许多倍。",
    ),
    "check.body_limit.nginx": (
        "client_max_body_size in nginx, 1m by default",
        " nginx 的 client_max_body_size（默认 1m）",
    ),
    "check.body_limit.cloudflare": (
        "Cloudflare's limit, which depends on the plan",
        " Cloudflare 的限制（取决于套餐）",
    ),
    "check.body_limit.aws": (
        "the limits of the load balancer and of its backend (1 MB for a Lambda)",
        "负载均衡器及其后端的限制（Lambda 为 1 MB）",
    ),
    "check.body_limit.cloudfront": ("CloudFront's limit", " CloudFront 的限制"),
    "check.body_limit.envoy": (
        "max_request_bytes of Envoy's buffer filter",
        " Envoy buffer filter 的 max_request_bytes",
    ),
    "check.body_limit.iis": ("maxAllowedContentLength in IIS", " IIS 的 maxAllowedContentLength"),
    "check.body_limit.apache": ("LimitRequestBody in Apache", " Apache 的 LimitRequestBody"),
    "check.body_limit.caddy": ("request_body max_size in Caddy", " Caddy 的 request_body max_size"),
    "check.body_limit.kong": ("client_max_body_size in Kong", " Kong 的 client_max_body_size"),
    "check.body_limit.express": (
        "the limit of body-parser in a relay on Express, 100kb by default",
        " Express 中转里 body-parser 的限制（默认 100kb）",
    ),
    "check.body_limit.gateway": ("the gateway's limit on the size of bodies", "网关的请求体大小限制"),
    "check.body_limit.refused": ("{n} bytes were refused", "{n} 字节被拒绝"),
    "check.body_limit.passed": ("{n} bytes passed", "{n} 字节可以通过"),
    "check.context_window": (
        "the model's context window is too short for the request",
        "模型的上下文窗口容不下该请求",
    ),
    "check.context_window.do": (
        (
            "Claude Code sends some 20,000 tokens before anybody asks anything: use a model with a longer context, or "
            "have the relay's limit raised."
        ),
        "Claude Code 在用户提问之前就要发送约 20,000 个 token：换用上下文更长的模型，或提高中转的限制。",
    ),
    "check.context_window.max_tokens": (
        "Claude Code's max_tokens counts too: CLAUDE_CODE_MAX_OUTPUT_TOKENS lowers it.",
        "Claude Code 的 max_tokens 也计入其中：可用 CLAUDE_CODE_MAX_OUTPUT_TOKENS 调低。",
    ),
    "check.max_tokens_spent": (
        "all tokens of the answer were used before any text came, most likely for thinking",
        "回答的 token 在输出文字之前就已用完，多半用于思考",
    ),
    "check.max_tokens_spent.do": (
        (
            "Lower MAX_THINKING_TOKENS (0 switches thinking off) or raise CLAUDE_CODE_MAX_OUTPUT_TOKENS, in the "
            "target's env or with --env."
        ),
        "在目标的 env 中或用 --env 调低 MAX_THINKING_TOKENS（0 为关闭思考），或调高 CLAUDE_CODE_MAX_OUTPUT_TOKENS。",
    ),
    "check.max_tokens_limit": (
        "the upstream allows only shorter answers than Claude Code asks for",
        "上游允许的回答长度比 Claude Code 要求的短",
    ),
    "check.max_tokens_limit.most": (
        "the upstream allows only shorter answers than Claude Code asks for: {most} tokens",
        "上游允许的回答长度比 Claude Code 要求的短：{most} 个 token",
    ),
    "check.max_tokens_limit.do": (
        "Set CLAUDE_CODE_MAX_OUTPUT_TOKENS to the limit, in the target's env or with --env.",
        "在目标的 env 中或用 --env 把 CLAUDE_CODE_MAX_OUTPUT_TOKENS 设为该上限。",
    ),
    "check.max_tokens_limit.most.do": (
        "Set CLAUDE_CODE_MAX_OUTPUT_TOKENS={most} in the target's env or with --env.",
        "在目标的 env 中或用 --env 设置 CLAUDE_CODE_MAX_OUTPUT_TOKENS={most}。",
    ),
}
