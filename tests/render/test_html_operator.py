"""The part of the page for the relay's operator: what he finds there, and the command that repeats a call."""

from probe.texts import Texts
from tests.render.html_reader import page, table
from tests.render.samples import report, section

EN = Texts()
CAPTION = "Calls that failed or recovered"


def test_it_is_the_second_part_of_the_page() -> None:
    headings = [each.text for each in page().all("h2")]
    assert headings[:2] == [EN("html.rounds.title"), EN("html.operator")]


def test_the_operator_finds_what_he_needs() -> None:
    root = page()
    row = " ".join(table(root, CAPTION)[1])
    for needed in (
        "2026-11-21T07:39:00.417Z",
        "84c70bc8-e5f5-4909-a537-000000000003",
        "req_6d2b9b5e00794be60003",
        "529 overloaded_error",
        "no first byte",
        "the client retried a request",
    ):
        assert needed in row
    assert "Target https://relay.example, model glm-4.7, token sk-...wxyz." in root.text


def test_ids_stand_right_after_the_outcome() -> None:
    rows = table(page(), CAPTION)
    assert rows[0] == ["UTC", "call", "took", "outcome", "requests and session"]
    assert rows[1][4] == (
        "1: 2026-11-21T07:39:00.758Z · 529 overloaded_error · request-id: req_6d2b9b5e00794be60003 · cf-ray: 8f1c0a "
        "2: 2026-11-21T07:39:01.793Z · client_closed session id: 84c70bc8-e5f5-4909-a537-000000000003"
    )


def test_figures_are_sorted_by_value_and_not_by_their_words() -> None:
    (incidents,) = (each for each in page().all("table") if each.all("span")[0].text == CAPTION)
    cells = [row.all("th", "td")[2] for row in incidents.all("tbody")[0].all("tr")]
    keys = {cell.text: float(cell.attributes["data-key"] or "") for cell in cells}
    assert keys["≥ 3 m 00 s"] == 180_012
    assert keys["2.40 s"] == 2_400


def test_of_several_runs_each_call_names_its_own() -> None:
    run = section().runs[0]
    pooled = section(runs=(run, run.model_copy(update={"run_id": "run-2"})))
    assert f"run: {run.run_id}" in table(page(report(pooled)), CAPTION)[1][4]


def test_calls_that_are_not_listed_are_counted() -> None:
    listed = section()
    root = page(report(section(incidents_total=len(listed.incidents) + 7)))
    assert EN("operator.more", n="7").replace("`", "") in root.text


def test_each_step_with_a_bad_call_can_be_repeated_without_the_client() -> None:
    curls = page().with_class("curl")
    assert [each.attributes["data-step"] for each in curls] == ["call1", "call2"]
    assert "https://relay.example/v1/messages" in curls[0].text
    assert "$ANTHROPIC_AUTH_TOKEN" in curls[0].text
