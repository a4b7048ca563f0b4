"""A comparison of two runs in Markdown: what it comes to, before its figures."""

from probe.model.choices import Language
from probe.model.run_manifest import ClientInfo
from probe.render.comparison_markdown import render_comparison
from probe.stats.compare_sections import compare_sections
from probe.texts import Texts
from tests.builders import manifest
from tests.stats.sections import section, step

NEWER = manifest(client=ClientInfo(program="claude", version="2.2.0"))


def rendered(base: int, candidate: int, n: int = 30, language: Language = Language.EN) -> str:
    base_section, candidate_section = (
        section(step(n=n, failed=k), step("call2", n=n), name=name) for k, name in ((base, "a"), (candidate, "b"))
    )
    return render_comparison(
        compare_sections(base_section, candidate_section.model_copy(update={"manifest": NEWER})), Texts(language)
    )


def test_a_regression_is_said_first_and_with_its_figures() -> None:
    said = rendered(1, 12)
    assert said.index("**b is worse than a.**") < said.index("call1, failure rate: worse. 40 % instead of 3 %")
    assert "Measured with different clients (claude 2.1.329 and claude 2.2.0)" in said


def test_no_regression_and_too_few_are_not_the_same() -> None:
    assert (
        "**No regression: b is not shown to be worse than a, neither by failure rates nor by mean times.**"
        in rendered(1, 2)
    )
    assert "**Too few calls to say whether b is worse than a.**" in rendered(0, 4, n=5)


def test_steps_of_other_names_are_not_few_calls() -> None:
    one, other = section(step("call1", n=30), name="a"), section(step("first", n=30), name="b")
    english, chinese = (render_comparison(compare_sections(one, other), Texts(each)) for each in Language)
    assert "**b and a cannot be compared: they have no step in common.**" in english
    assert "One has the steps call1, the other first." in english
    assert "**b 与 a 没有相同的步骤，无法比较。**" in chinese
    assert "Too few" not in english
    assert "None." not in english


def test_what_is_worse_by_itself_only_is_not_denied() -> None:
    said = rendered(2, 8)
    assert "| call1 | failure rate" in said
    assert "| worse " in said
    assert (
        "**No regression: taken alone, b is worse than a in failure rate of call1; with several quantities compared, "
        "that may be chance.**"
    ) in said
    assert (
        "**未构成退化：b 虽有单项差于 a（call1 的失败率），但同时比较多项指标时，这点差别可能只是偶然。**"
        in rendered(2, 8, language=Language.ZH)
    )


def test_chinese() -> None:
    assert "**b 比 a 更差。**" in rendered(1, 12, language=Language.ZH)
