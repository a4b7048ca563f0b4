"""Renderers: a Report, and other results, as Markdown, HTML, JSON, JUnit, OpenMetrics, charts and plain text."""
