"""A request as the client sends it, with parts that an upstream may refuse."""

from probe.checks.deep.request_parts import OwnRequest

OWN = OwnRequest(
    "/v1/messages?beta=true",
    {"anthropic-beta": "claude-code-20250219,effort-2025-11-24,advanced-tool-use-2025-11-20", "x-app": "cli"},
    {
        "model": "m",
        "max_tokens": 100,
        "stream": True,
        "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
        "messages": [
            {"role": "user", "content": "Reply with exactly: OK"},
            {"role": "system", "content": "Platform: linux"},
        ],
        "tools": [{"name": "Read", "input_schema": {"type": "object"}, "defer_loading": True}],
        "thinking": {"type": "adaptive", "display": "updates"},
        "context_management": {"edits": []},
        "output_config": {"effort": "high"},
    },
)
NAMES = [
    *("claude-code-20250219", "effort-2025-11-24", "advanced-tool-use-2025-11-20"),
    *("thinking.display", "tools.defer_loading", "messages.role", "cache_control"),
    *("tools", "thinking", "context_management", "output_config"),
]
