"""All sentences for a person in every language, side by side: (English, Chinese). A key belongs to one table only."""

from probe.model.choices import Language
from probe.texts.advice_texts import ADVICE
from probe.texts.chart_texts import CHARTS
from probe.texts.check_client_texts import CHECK_CLIENT
from probe.texts.check_endpoint_texts import CHECK_ENDPOINTS
from probe.texts.check_failure_texts import CHECK_FAILURES
from probe.texts.check_listing_texts import CHECK_LISTING
from probe.texts.check_model_texts import CHECK_MODELS
from probe.texts.check_request_texts import CHECK_REQUESTS
from probe.texts.check_way_texts import CHECK_WAY
from probe.texts.command_texts import COMMANDS
from probe.texts.comparison_texts import COMPARISON
from probe.texts.config_texts import INIT, TARGETS
from probe.texts.deep_answer_texts import DEEP_ANSWERS
from probe.texts.deep_client_texts import DEEP_CLIENT
from probe.texts.deep_request_texts import DEEP_REQUESTS
from probe.texts.deep_texts import DEEP
from probe.texts.driver_texts import DRIVERS
from probe.texts.everyday_texts import EVERYDAY
from probe.texts.evidence_texts import EVIDENCE
from probe.texts.failure_texts import FAILURES
from probe.texts.fleet_texts import FLEET
from probe.texts.github_texts import GITHUB
from probe.texts.headline_texts import HEADLINE
from probe.texts.health_texts import HEALTH
from probe.texts.history_texts import HISTORY
from probe.texts.html_texts import HTML
from probe.texts.night_texts import NIGHTS
from probe.texts.note_texts import NOTES
from probe.texts.operator_texts import OPERATOR
from probe.texts.order_texts import ORDER
from probe.texts.outcome_texts import OUTCOMES
from probe.texts.phase_texts import PHASES
from probe.texts.phrase import Phrase, Phrases, Words
from probe.texts.plan_texts import PLANS
from probe.texts.record_texts import RECORD
from probe.texts.recorded_texts import RECORDED
from probe.texts.request_texts import REQUESTS
from probe.texts.session_texts import SESSION
from probe.texts.setting_texts import SETTINGS
from probe.texts.stop_texts import STOPS
from probe.texts.story_texts import STORY
from probe.texts.table_texts import TABLES
from probe.texts.terminal_texts import TERMINAL
from probe.texts.trend_texts import CALL_TREND
from probe.texts.unreadable_texts import UNREADABLE
from probe.texts.vantage_texts import VANTAGES
from probe.texts.verdict_texts import VERDICT
from probe.texts.warmth_texts import WARMTH
from probe.texts.watch_texts import WATCH

Pair = tuple[str, str]
_PHRASES = (Phrase, Phrases)
TABLES_OF_TEXTS: tuple[dict[str, Pair], ...] = (
    ADVICE,
    CALL_TREND,
    CHARTS,
    CHECK_CLIENT,
    CHECK_ENDPOINTS,
    CHECK_FAILURES,
    CHECK_LISTING,
    CHECK_MODELS,
    CHECK_REQUESTS,
    CHECK_WAY,
    COMMANDS,
    COMPARISON,
    DEEP,
    DEEP_ANSWERS,
    DEEP_CLIENT,
    DEEP_REQUESTS,
    DRIVERS,
    EVERYDAY,
    EVIDENCE,
    FAILURES,
    FLEET,
    GITHUB,
    HEADLINE,
    HEALTH,
    HISTORY,
    HTML,
    INIT,
    NIGHTS,
    NOTES,
    OPERATOR,
    ORDER,
    OUTCOMES,
    PHASES,
    PLANS,
    RECORDED,
    RECORD,
    REQUESTS,
    SESSION,
    SETTINGS,
    STORY,
    STOPS,
    TABLES,
    TARGETS,
    TERMINAL,
    UNREADABLE,
    VANTAGES,
    VERDICT,
    WARMTH,
    WATCH,
)
ALL: dict[str, Pair] = {key: pair for table in TABLES_OF_TEXTS for key, pair in table.items()}


class Texts:
    """The texts of one language: `texts("calls.title")`, `texts("note.drift", label="call1", p="0.01")`.

    Where they are about a `subject`, the text of `subject.key` is taken instead of that of `key`, where there is one.
    """

    def __init__(self, language: Language = Language.EN, subject: str = "") -> None:
        self.language = language
        self._index = list(Language).index(language)
        self._subject = f"{subject}." if subject else ""

    def about_requests(self) -> "Texts":
        """Return the same texts, said of requests instead of calls."""
        return Texts(self.language, "requests")

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key with its `{placeholders}` filled. Raises KeyError for an unknown key: a defect."""
        words = {name: self.words(value) if isinstance(value, _PHRASES) else value for name, value in values.items()}
        pair = ALL.get(self._subject + key) if self._subject else None
        return (pair or ALL[key])[self._index].format(**words)

    def words(self, words: Words) -> str:
        """Return the words of a phrase; a quotation as it is."""
        if isinstance(words, Phrase):
            return self(words.key, **words.values)
        if isinstance(words, Phrases):
            return self(words.joint).join(map(self.words, words.parts))
        return words
