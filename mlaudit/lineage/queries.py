"""Which queries feed a program with rows that may be others, or in another order, the next time?"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mlaudit.facts import Repo
from mlaudit.facts.place import Location
from mlaudit.knowledge.accesses import accesses
from mlaudit.lineage.references import in_own_code

SELECT = re.compile(r"^\s*(?:with\b.*?\)\s*)?select\b", re.IGNORECASE | re.DOTALL)
CUT = re.compile(r"\b(?:limit\s+\d+|fetch\s+first\s+\d+|select\s+top\s*\(?\s*\d+)", re.IGNORECASE)
ORDERED = re.compile(r"\border\s+by\b", re.IGNORECASE)
# So few rows are looked at, not learnt from.
FEW = re.compile(r"^takes `\D*(?:1?\d|20)\)?` rows", re.IGNORECASE)
NOW = re.compile(
    r"\b(?:now|getdate|sysdate|current_date|current_timestamp|curdate|localtimestamp)\b\s*\(?|"
    r"\b(?:rand|random|newid)\s*\(\s*\)|\btablesample\b",
    re.IGNORECASE,
)


class Query(NamedTuple):
    """A query whose result may be another the next time, and why."""

    at: Location
    name: str
    why: str
    confidence: str = ""


def unordered(repo: Repo) -> Iterator[Query]:
    """Queries that cut rows without an order, or ask for the time or for chance."""
    told: set[Location] = set()
    for reference in repo.view(in_own_code):
        if reference.role == "queries" and reference.at not in told and _feeds_data(reference.name):
            why = next((why for text in reference.texts if (why := _why(text))), "")
            if why:
                told.add(reference.at)
                yield Query(reference.at, reference.name, why, "low" if FEW.search(why) else "")


def _feeds_data(name: str) -> bool:
    """Whether a call gives the rows of a query as data: an engine's or a cursor's own `execute` may do anything."""
    return bool(accesses(name)) and name.partition(".")[0] not in ("sqlalchemy", "sqlite3")


def _why(text: str) -> str:
    if not SELECT.search(text):
        return ""
    if (cut := CUT.search(text)) and not ORDERED.search(text):
        return f"takes `{cut[0]}` rows in no order"
    if now := NOW.search(text):
        return f"asks for `{now[0].rstrip('(').strip()}`"
    return ""
