"""The texts are as upstreams send them; those of the second list speak of something else in like words."""

import pytest

from probe.quota import Quota, quota_in

MONEY = (
    "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade.",
    "Credit balance is too low",
    "令牌额度已用尽",
    "该令牌额度已用尽 TokenStatusExhausted[sk-duK***qqX]",
    "令牌可用额度已用尽，无法启用",
    "预扣费额度失败, 用户剩余额度: ＄2.533620, 需要预扣费额度: ＄2.627750 (request id: 20260511)",
    "用户额度不足, 剩余额度: ＄-0.000002",
    "订阅额度不足或未配置订阅: no active subscription",
    "user quota is not enough",
    "new_api_error insufficient_user_quota",
    "User's credit limit is insufficient, remaining credit limit: $0.000000",
    "pre_consume_token_quota_failed",
    "[1113][余额不足或无可用资源包,请充值。]",
    "Insufficient balance or no resource package. Please recharge.",
    "[1309][您的 GLM Coding Plan 套餐已到期，暂无法使用，前往官方续订后即可恢复]",
    "Your GLM Coding Plan package has expired and is temporarily unavailable.",
    "exceeded_current_quota_error Your account is suspended due to insufficient balance, please recharge your account",
    "Insufficient Balance",
    "INSUFFICIENT_BALANCE: Insufficient account balance",
    "This request requires more credits, or fewer max_tokens. You requested up to 8192 tokens, but can only afford 12.",
    "Insufficient credits. Add more using https://openrouter.ai/settings/credits",
    "insufficient_quota You exceeded your current quota, please check your plan and billing details.",
    "Budget has been exceeded! Current cost: 0.5, Max budget: 0.1",
    "budget_exceeded ExceededBudget: User=me over budget. Spend=1.0, Budget=0.5",
    "ExceededBudget: Key over 1d budget. Spend=1.0",
    "Arrearage Access denied, please make sure your account is in good standing.",
    "您的账户已欠费，请及时充值",
    "API Key已达到总费用限制",
    "payment_required",
)
USAGE_LIMIT = (
    "Claude AI usage limit reached|1762952400",
    "You've hit your limit · resets 1:30am (Asia/Dhaka)",
    "You’ve hit your weekly limit · resets Oct 3, 4pm (UTC)",
    "You've hit your session limit · resets 3pm (America/Chicago)",
    "You've hit your individual spend limit · run /usage-credits to ask your admin for a higher limit",
    "5-hour limit reached ∙ resets 3pm",
    "Weekly limit reached · resets 6pm (UTC)",
    "Opus weekly limit reached ∙ resets Oct 6, 1pm",
    "You have reached your specified API usage limits. You will regain access on 2026-06-01 at 00:00 UTC.",
    "You have reached your specified workspace API usage limits. You will regain access on 2026-10-01 at 00:00 UTC.",
    "[1308][已达到 5 小时的使用上限。您的限额将在 2026-08-25 07:41:44 重置。][20260824]",
    "[1308][Usage limit reached for 5 hour. Your limit will reset at 2026-09-16 06:28:10]",
    "rate_limit_error [1310][Weekly/Monthly Limit Exhausted. Your limit will reset at 2026-08-01 10:03:40]",
    "您已达到每周/每月使用上限，您的限额将在 2026-08-01 10:03:40 重置",
    "[1317][Usage limit reached for the past 7 days. Insufficient balance for extra usage. Resets at 2026-09-28]",
    "该 API 已达今日调用次数限额，如有更多需求，请联系客服购买",
    "You've reached your usage limit for this billing cycle. Your quota will be refreshed in the next cycle.",
    "you (somebody) have reached your session usage limit, please wait or upgrade to continue",
    "insufficient_quota 已达到每日费用限制 ($60)",
    "Daily cost limit exceeded",
    "daily_cost_limit_exceeded",
    "USAGE_LIMIT_EXCEEDED daily usage limit exceeded",
)
NEITHER = (
    "",
    "Overloaded",
    "no healthy upstream: the load balancer has no server available",
    "insufficient capacity behind the load balancer",
    "the balance of the two nodes is uneven",
    "Rate limit reached for requests",
    "Rate limit exceeded. Limit resets in 12 s",
    "This request would exceed your organization's rate limit of 50 requests per minute",
    "Quota exceeded for quota metric 'Generate requests' and limit 'requests per minute'",
    "RESOURCE_EXHAUSTED You exceeded your current quota. Please retry in 32.5s.",
    "您当前使用该 API 的并发数过高，请降低并发，或联系客服增加限额",
    "您当前使用该 API 的频率过高，请降低频率",
    "insufficient_quota 当前分组上游负载已饱和，请稍后再试",
    "thinking budget exceeded: max_tokens must be greater than thinking.budget_tokens",
    "prompt is too long: 210000 tokens > 200000 maximum",
    "input length and max_tokens exceed context limit",
    "insufficient permissions for this model",
    "invalid x-api-key",
    "令牌已过期",
    "无效的令牌",
    "无可用渠道",
    "concurrency limit: 1",
    "the limit on the size of bodies is exceeded",
    "certificate has expired",
)


@pytest.mark.parametrize("text", MONEY)
def test_missing_money_is_recognised(text: str) -> None:
    assert quota_in(text) is Quota.MONEY


@pytest.mark.parametrize("text", USAGE_LIMIT)
def test_a_limit_that_is_reset_is_recognised(text: str) -> None:
    assert quota_in(text) is Quota.USAGE_LIMIT


@pytest.mark.parametrize("text", NEITHER)
def test_other_errors_are_neither(text: str) -> None:
    assert quota_in(text) is None
