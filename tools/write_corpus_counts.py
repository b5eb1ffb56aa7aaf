"""How many findings of each rule does mlaudit give on the repositories of tests/corpus/counts.toml? Writes them anew.

MLAUDIT_CORPUS names a folder with one checkout for each repository, called `owner+name`.
"""

import os
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.config import Config

COUNTS = Path(__file__).parent.parent / "tests" / "corpus" / "counts.toml"
# The families of which every finding on these repositories was read.
FAMILIES = ("audit", "dependencies", "randomness", "data", "models")
HEAD = "# Written by tools/write_corpus_counts.py; read the findings before you write the counts anew (README.md).\n"


def main() -> None:
    """Audit every repository of the list and write the file."""
    folder = os.environ.get("MLAUDIT_CORPUS")
    if not folder:
        sys.exit("MLAUDIT_CORPUS must name the folder of the checkouts")
    listed = tomllib.loads(COUNTS.read_text("utf-8"))["repository"]
    rows = [row(entry, counts(Path(folder) / entry["name"].replace("/", "+"))) for entry in listed]
    COUNTS.write_text(HEAD + "".join(rows), "utf-8")


def counts(root: Path) -> dict[str, int]:
    """The number of findings of each rule that has any."""
    report = audit(root, Config(), rulebook.select(rulebook.load(), FAMILIES, ()), drawn=False)
    return dict(sorted(Counter(finding.rule.id for finding in report.findings).items()))


def row(entry: dict[str, Any], found: dict[str, int]) -> str:
    """One repository as TOML."""
    inline = ", ".join(f"{rule} = {number}" for rule, number in found.items())
    head = "".join(f'{key} = "{entry[key]}"\n' for key in ("name", "commit", "kind"))
    return (
        f"\n[[repository]]\n{head}findings = {{ {inline} }}\n"
        if inline
        else f"\n[[repository]]\n{head}findings = {{}}\n"
    )


if __name__ == "__main__":
    main()
