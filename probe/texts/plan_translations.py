"""Chinese for errors and remedies of `probe plan`."""

PLAN_ERRORS: dict[str, str] = {
    "{text} is not a share; write it as 30% or 0.3": "{text} 不是比例；请写成 30% 或 0.3",
    "must be more than 0": "必须大于 0",
    "must lie between 1% and 99%": "必须在 1% 到 99% 之间",
    "its first two calls are not compared, so there is no first call to find": (
        "它的前两次调用不作比较，因此没有首次调用可研究"
    ),
    "Take one such as cold-start: see `probe scenarios list`.": (
        "请选用 cold-start 之类的场景：见 `probe scenarios list`。"
    ),
    "is less than --second-fails: that is no cold start": "小于 --second-fails：这不是冷启动",
    "Give a larger share.": "请给出更大的比例。",
    "neither says that first calls do worse, so there is nothing to plan for": (
        "都没有说明首次调用在哪方面更差，因此无从规划"
    ),
    "Say --first-fails 30%, or --slower 5s.": "请给出 --first-fails 30% 或 --slower 5s。",
}
