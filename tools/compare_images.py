"""Where do mlaudit and other linters of Dockerfiles and workflows differ? Prints TOML, one entry for each file.

    python tools/compare_images.py hadolint HADOLINT CORPUS FILES > hadolint.toml
    python tools/compare_images.py zizmor ZIZMOR CORPUS FILES > zizmor.toml
    python tools/compare_images.py hadolint HADOLINT tests/peers/hadolint.toml

HADOLINT and ZIZMOR are the programs; CORPUS is a folder of checkouts named owner+name; FILES names one file of them a
line: `owner+name`, a tab, the path. Each file is looked at alone. Findings are compared by the instruction, step or job
in which they stand. What each difference comes from is told by hand, in tests/peers; the third form asks the tool again
about the texts there.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.config import Config
from mlaudit.readers.commands.instructions import instructions
from mlaudit.source import Source

# What is compared with what: their rules, and ours on the same question.
HADOLINT = {
    "tag": ({"DL3006", "DL3007"}, {"ENV002"}),
    "system": ({"DL3008", "DL3018", "DL3033", "DL3037", "DL3041"}, {"ENV004"}),
    "package": ({"DL3013", "DL3016"}, {"REQ008", "REQ011"}),
    "upgrade": ({"DL3005", "DL3017", "DL3031", "DL3035", "DL3039"}, {"ENV006"}),
}
ZIZMOR = {"action": ({"unpinned-uses"}, {"RUN005"}), "image": ({"unpinned-images"}, {"ENV002", "ENV003"})}
QUESTIONS = {"hadolint": HADOLINT, "zizmor": ZIZMOR}
# Verdicts are compared, and not what somebody silenced.
IGNORED = re.compile(rb"#[ \t]*zizmor:[ \t]*ignore\[[^\]\n]*\]")
Lines = defaultdict[str, set[int]]


def main(tool: str, program: str, corpus: str, listed: str = "") -> None:
    """Compare, and print."""
    if corpus.endswith(".toml"):
        for kind in tomllib.loads(Path(corpus).read_text("utf-8"))["kind"]:
            theirs = theirs_of(tool, program, kind["path"], kind["text"].encode())
            print(kind["name"], {question: sorted(lines) for question, lines in theirs.items()})
        return
    for line in Path(listed).read_text("utf-8").splitlines():
        repository, path = line.split("\t")
        root = Path(corpus) / repository
        content = (root / path).read_bytes()
        ours, theirs = ours_of(tool, path, content), theirs_of(tool, program, path, content)
        print("[[file]]")
        print(f"repository = {json.dumps(repository.replace('+', '/', 1))}")
        print(f"commit = {json.dumps(_commit(root))}")
        print(f"path = {json.dumps(path)}")
        for question in QUESTIONS[tool]:
            if ours[question] or theirs[question]:
                print(f"{question} = {{ ours = {sorted(ours[question])}, theirs = {sorted(theirs[question])} }}")
        print()


def ours_of(tool: str, path: str, content: bytes) -> Lines:
    """For each question, the lines of what mlaudit finds in a file."""
    with tempfile.TemporaryDirectory() as folder:
        _put(Path(folder), tool, path, content)
        return _by_question(tool, 1, _ours(Path(folder), tool), _starts(tool, path, content))


def theirs_of(tool: str, program: str, path: str, content: bytes) -> Lines:
    """For each question, the lines of what the other tool finds in a file."""
    with tempfile.TemporaryDirectory() as folder:
        target = _put(Path(folder), tool, path, IGNORED.sub(b"#", content))
        return _by_question(tool, 0, _theirs(tool, program, target), _starts(tool, path, content))


def _put(folder: Path, tool: str, path: str, content: bytes) -> Path:
    target = folder / (path if tool == "hadolint" else ".github/workflows/" + os.path.basename(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target


def _ours(root: Path, tool: str) -> Iterator[tuple[str, int]]:
    asked = sorted(rule for _, ours in QUESTIONS[tool].values() for rule in ours)
    report = audit(root, Config(), rulebook.select(rulebook.load(), tuple(asked), ()))
    for finding in report.findings:
        yield finding.rule.id, finding.at.line
        yield from ((finding.rule.id, related.at.line) for related in finding.related)


def _theirs(tool: str, program: str, target: Path) -> Iterator[tuple[str, int]]:
    if tool == "hadolint":
        command = [program, "--no-fail", "--disable-ignore-pragma", "-f", "json", str(target)]
        for each in json.loads(_run(command)):
            yield each["code"], each["line"]
    else:
        command = [program, "--offline", "--no-exit-codes", "--no-config", "--persona", "pedantic", "--format", "json"]
        for each in json.loads(_run([*command, str(target)]) or "[]"):
            for place in each["locations"]:
                if place["symbolic"]["kind"] == "Primary":
                    yield each["ident"], place["concrete"]["location"]["start_point"]["row"] + 1


def _run(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _by_question(tool: str, side: int, found: Iterator[tuple[str, int]], starts: Mapping[int, int]) -> Lines:
    lines: defaultdict[str, set[int]] = defaultdict(set)
    for code, line in found:
        for question, rules in QUESTIONS[tool].items():
            if code in rules[side]:
                lines[question].add(starts.get(line, line))
    return lines


def _starts(tool: str, path: str, content: bytes) -> dict[int, int]:
    """The line at which the instruction of each line starts."""
    found: dict[int, int] = {}
    for instruction in instructions(Source(path, content)) if tool == "hadolint" else ():
        found |= dict.fromkeys(range(instruction.at.line, instruction.end_line + 1), instruction.at.line)
    return found


def _commit(root: Path) -> str:
    told = root / ".git" / "mlaudit-ok"
    if told.exists():
        return told.read_text("utf-8").strip()
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5) or sys.argv[1] not in QUESTIONS:
        sys.exit(__doc__)
    main(*sys.argv[1:])
