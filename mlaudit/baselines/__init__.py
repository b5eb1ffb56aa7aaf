"""Which findings were there before, and which are new? By what stands under a finding, never by its line.

A fault is known by its rule, its file, the text that is wrong and what the message names, without spaces and the marks
that formatters change. Of equals in one file only the excess is new. Where the file is gone, the same fault in another
file is no new one: that was renamed.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from mlaudit.facts import Location
from mlaudit.findings import Compared, Finding, Known
from mlaudit.patterns import pattern
from mlaudit.source import Source

CONTINUED = pattern(r"\\(?:\r\n|\r|\n)")
COMMA = pattern(r",(?=[)\]}])")
Key = tuple[str, str, str]


def compare(
    findings: Iterable[Finding],
    entries: Iterable[Known],
    root: str,
    files: Collection[str],
    unsure: Iterable[Finding] = (),
    asked: Collection[str] = (),
    edits: Mapping[str, bytes] = MappingProxyType({}),
) -> Compared:
    """Hold findings against what is known. `files` are those of the repository, `asked` the ids of the rules that ran:
    nothing is known of the others. `unsure` findings keep their entries from being stale. `edits` are contents of files
    that nobody has written yet."""
    entries = list(entries)
    left = Counter({_key(entry): entry.number for entry in entries})
    sources = {path: Source(path, held) for path, held in edits.items()}
    texts = keyed(findings, root, sources)
    new = [(finding, key) for finding, key in texts if not _take(left, key)]
    lost: dict[tuple[str, str], list[Key]] = {}
    for entry in entries:
        if entry.path not in files:
            lost.setdefault((entry.rule, entry.hash), []).append(_key(entry))
    unknown = {finding for finding, key in new if not any(_take(left, old) for old in lost.get((key[0], key[2]), ()))}
    for _, key in keyed(unsure, root, sources):
        _take(left, key)
    stale = (entry._replace(number=left[_key(entry)]) for entry in entries if entry.rule in asked)
    return Compared(
        frozenset(finding for finding, _ in texts if finding not in unknown),
        tuple(entry for entry in stale if entry.number),
    )


def known(findings: Iterable[Finding], root: str) -> list[Known]:
    """What a baseline says of findings, by path, rule and hash."""
    messages: dict[Key, str] = {}
    numbers: Counter[Key] = Counter()
    for finding, key in keyed(findings, root, {}):
        numbers[key] += 1
        messages.setdefault(key, finding.message)
    found = (Known(*key, number, messages[key]) for key, number in numbers.items())
    return sorted(found, key=lambda entry: (entry.path, entry.rule, entry.hash))


def keyed(findings: Iterable[Finding], root: str, sources: dict[str, Source]) -> list[tuple[Finding, Key]]:
    """The findings in order, each with what it is known by: the same wherever it stands and however it is formatted."""
    ordered = sorted(findings, key=lambda finding: finding.order)
    return [(each, (each.rule.id, each.at.path, _hash(each, _text(each.at, root, sources)))) for each in ordered]


def _text(at: Location, root: str, sources: dict[str, Source]) -> str:
    if at.path not in sources:
        try:
            with open(os.path.join(root, at.path), "rb") as file:
                sources[at.path] = Source(at.path, file.read())
        except OSError:
            sources[at.path] = Source(at.path, b"")
    source = sources[at.path]
    try:
        return source.under(at)
    except IndexError:
        return ""


def _hash(finding: Finding, text: str) -> str:
    """Of the rule, the text that is wrong, and what the message names: its words may change, and the file's name."""
    parts = "\0".join((finding.rule.id, _bare(text), *map(_bare, finding.named)))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _bare(text: str) -> str:
    return COMMA.sub("", "".join(CONTINUED.sub("", text).split()).replace("'", '"'))


def _key(entry: Known) -> Key:
    return entry.rule, entry.path, entry.hash


def _take(left: "Counter[Key]", key: Key) -> bool:
    """Take one of a kind, where one is left."""
    if left[key] <= 0:
        return False
    left[key] -= 1
    return True
