"""The cases of `probe check --deep` that look at tools and the prompt cache."""

DEEP_CLIENT: dict[str, tuple[str, str]] = {
    "deep.cache.title": ("the prompt cache is written and read", "提示缓存能写入也能读取"),
    "deep.cache.request.first": ("a long prompt", "长提示"),
    "deep.cache.request.again": ("the same again", "再发一次"),
    "deep.cache.request.other_end": ("the same with another end", "只换结尾"),
    "deep.cache.seen": (
        (
            "tokens read from the cache / written into it / neither: first request {first}; the same again {again}; "
            "with another end {other}"
        ),
        "从缓存读取/写入缓存/其余的 token：首次 {first}；重复 {again}；换结尾 {other}",
    ),
    "deep.cache.pass": (
        "the second request reads the prompt from the cache, also with another end",
        "第二次请求从缓存读取提示，换结尾时也是",
    ),
    "deep.cache.never_read": (
        "the prompt is written into the cache each time, and never read from it",
        "每次都写入缓存，却从不读取",
    ),
    "deep.cache.never_written": (
        "the prompt is never written into the cache",
        "提示从未写入缓存",
    ),
    "deep.cache.only_alike": (
        "the cache is read for the very same request only, not for one with another end",
        "只有完全相同的请求才读取缓存，换结尾就不读",
    ),
    "deep.cache.not_said": (
        "the answers do not say whether a cache was used",
        "回答没有说明是否使用了缓存",
    ),
    "deep.cache.not_said.do": (
        "Compare the upstream's bill with what was sent; ask its operator to pass usage on.",
        "把上游账单与发送量对照；请运营者转发 usage。",
    ),
    "deep.cache.breaks": (
        "Each turn of a session pays for the whole conversation again, and waits for it.",
        "会话的每一轮都要为整段对话重新付费，也更慢。",
    ),
    "deep.cache.do": (
        (
            "Ask the operator to pass `cache_control` on, and to keep a session on one account or server: a cache "
            "belongs to one of them."
        ),
        "请运营者转发 `cache_control`，并让同一会话固定在同一账号或服务器：缓存只属于其中之一。",
    ),
}
