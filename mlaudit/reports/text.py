"""How does untrusted text appear in an output? File names, code and messages come from the audited repository."""

from mlaudit.findings import Report
from mlaudit.patterns import pattern

# Control characters, terminal escapes, and the marks that reorder text (bidirectional overrides).
HIDDEN = pattern(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\ud800-\udfff]")


def plain(text: str) -> str:
    """The text with everything that could move a cursor or hide a letter written as an escape."""
    return HIDDEN.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 error`, `3 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or f'{noun}s'}"


def hidden(report: Report) -> str:
    """`4 silenced, 12 known to the baseline`; "" where there are none."""
    known = f"not of this change (there before it, in {report.before})" if report.before else "known to the baseline"
    parts = ((len(report.silenced), "silenced"), (len(report.baselined), known))
    return ", ".join(f"{number} {word}" for number, word in parts if number)


def link_path(path: str) -> str:
    """A path as the relative part of an address: names may hold any bytes."""
    from urllib.parse import quote

    return quote(path.encode("utf-8", "surrogateescape"))
