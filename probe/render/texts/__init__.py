"""What reports say, in every language, side by side: (English, Chinese). A key belongs to one table only."""

from probe.model.choices import Language
from probe.render.texts.charts import CHARTS
from probe.render.texts.comparison import COMPARISON
from probe.render.texts.failures import FAILURES
from probe.render.texts.html import HTML
from probe.render.texts.nights import NIGHTS
from probe.render.texts.notes import NOTES
from probe.render.texts.order import ORDER
from probe.render.texts.outcomes import OUTCOMES
from probe.render.texts.settings import SETTINGS
from probe.render.texts.tables import TABLES
from probe.render.texts.verdict import VERDICT
from probe.render.texts.warmth import WARMTH

Pair = tuple[str, str]
TABLES_OF_TEXTS: tuple[dict[str, Pair], ...] = (
    CHARTS,
    COMPARISON,
    FAILURES,
    HTML,
    NIGHTS,
    NOTES,
    ORDER,
    OUTCOMES,
    SETTINGS,
    TABLES,
    VERDICT,
    WARMTH,
)
ALL: dict[str, Pair] = {key: pair for table in TABLES_OF_TEXTS for key, pair in table.items()}


class Texts:
    """The texts of one language: `texts("calls.title")`, `texts("note.drift", label="call1", p="0.01")`."""

    def __init__(self, language: Language = Language.EN) -> None:
        self.language = language
        self._index = list(Language).index(language)

    def __call__(self, key: str, **values: object) -> str:
        """The text under this key with its `{placeholders}` filled. An unknown key is a defect: KeyError."""
        return ALL[key][self._index].format(**values)
