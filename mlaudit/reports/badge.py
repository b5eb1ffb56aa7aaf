"""A badge: how many findings of which level, in words and colour."""

from html import escape

from mlaudit.findings import LEVELS, Report
from mlaudit.reports.text import count

NAME = "mlaudit"
# White on each of these has a contrast of at least 4.5.
COLOURS = {"error": "#b3261e", "warning": "#8a5300", "note": "#2f6690", "": "#2e7042", "?": "#5a5a5a"}
# The mean width of a letter of 11 pixels, and the room on both sides of a text.
LETTER, ROOM = 6.6, 12


def render(report: Report) -> str:
    """An SVG of the height of the badges that people know; no script, no address that is asked for."""
    level = next((level for level in reversed(LEVELS) if report.count(level)), "")
    words = count(report.count(level), level) if level else "nothing found"
    if report.crashes:
        level, words = "?", "not finished"
    left, right = _width(NAME), _width(words)
    title = escape(f"{NAME}: {words}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath><g clip-path="url(#r)">'
        f'<rect width="{left}" height="20" fill="#444"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{COLOURS[level]}"/></g>'
        f'<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="{left / 2:g}" y="14">{NAME}</text>'
        f'<text x="{left + right / 2:g}" y="14">{escape(words)}</text></g></svg>\n'
    )


def _width(text: str) -> int:
    return round(len(text) * LETTER) + ROOM
