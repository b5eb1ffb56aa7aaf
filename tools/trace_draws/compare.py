"""Does mlaudit find the unseeded draws that programs really make? Compares its findings with a file of truths.

Usage: PYTHONPATH=tools python -m trace_draws.compare TRUTHS.json [--disagreements]

A program counts as unseeded if one of its draws that can matter was made from an unseeded stream. A program that did
not finish is left out, unless --unfinished is given: then it is judged by the lines that it reached.
"""

import argparse
import json
import shlex
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .judging import Verdict, judge
from .statements import Sources

RULES = "RNG001,RNG002,RNG003,RNG004,RNG005"
CRASHED = 2


def main() -> int:
    """Audit the folder of every program, judge, and print."""
    options = _options()
    programs = json.loads(options.truths.read_text("utf-8"))["programs"]
    kept = [truth for truth in programs if truth["finished"] or (options.unfinished and truth["reached"])]
    verdicts = list(judged(kept, options))
    _print_left_out([truth for truth in programs if truth not in kept], len(programs))
    _print_summary(verdicts)
    if options.disagreements:
        for verdict in verdicts:
            _print_disagreements(verdict)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("truths", type=Path, help="what trace_draws wrote")
    parser.add_argument("--mlaudit", default=f"{shlex.quote(sys.executable)} -m mlaudit", help="the command to run")
    parser.add_argument("--select", default=RULES, help="the rules that are held against the truth")
    parser.add_argument("--unsure", action="store_true", help="count findings below the wanted confidence too")
    parser.add_argument("--unfinished", action="store_true", help="judge programs that did not finish")
    parser.add_argument("--disagreements", action="store_true", help="name every missed draw and wrong finding")
    return parser.parse_args()


def judged(programs: list[dict[str, Any]], options: argparse.Namespace) -> Iterator[Verdict]:
    """A verdict for each program; each folder is audited once."""
    folders: dict[Path, list[dict[str, Any]]] = defaultdict(list)
    for truth in programs:
        folders[Path(truth["program"]).parent].append(truth)
    for folder, truths in sorted(folders.items()):
        findings = audited(folder, options)
        sources = Sources(folder)
        for truth in truths:
            yield judge(truth, findings, sources)


def audited(folder: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """The findings of one run of mlaudit in a folder."""
    words = ["check", ".", "--isolated", "--no-cache", "--select", options.select, "--output-format", "json"]
    command = [*shlex.split(options.mlaudit), *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode >= CRASHED and not done.stdout:
        sys.exit(f"{folder}: {done.stderr.strip()}")
    report = json.loads(done.stdout)
    return [*report["findings"], *(report["below_confidence"] if options.unsure else [])]


def _print_left_out(left_out: list[dict[str, Any]], total: int) -> None:
    print(f"{total} programs, {len(left_out)} left out because they did not finish:")
    for reason, number in Counter(truth["error"][:60] for truth in left_out).most_common():
        print(f"  {number:4} {reason}")


def _print_summary(verdicts: list[Verdict]) -> None:
    unseeded = [verdict for verdict in verdicts if verdict.draws]
    found = [verdict for verdict in unseeded if verdict.right]
    counts = {
        name: sum(len(getattr(verdict, name)) for verdict in verdicts)
        for name in ("draws", "missed", "right", "wrong", "without_effect", "not_reached")
    }
    print(f"programs judged                    {len(verdicts)}")
    print(f"  that draw unseeded               {len(unseeded)}")
    print(f"  of these, with a right finding   {len(found)}{_share(len(found), len(unseeded))}")
    clean = [verdict for verdict in verdicts if not verdict.draws]
    print(f"  seeded or without a draw         {len(clean)}, with a wrong finding {sum(bool(v.wrong) for v in clean)}")
    judged_findings = counts["right"] + counts["wrong"] + counts["without_effect"]
    print(f"findings at statements that ran    {judged_findings}, at others {counts['not_reached']}")
    print(f"  right                            {counts['right']}{_share(counts['right'], judged_findings)}")
    print(f"  wrong: no unseeded draw          {counts['wrong']}")
    print(f"  wrong: drawn without effect      {counts['without_effect']}")
    hit = counts["draws"] - counts["missed"]
    print(f"unseeded places                    {counts['draws']}, pointed at {hit}{_share(hit, counts['draws'])}")


def _share(part: int, whole: int) -> str:
    return f" ({part / whole:.1%})" if whole else ""


def _print_disagreements(verdict: Verdict) -> None:
    for draw in verdict.missed:
        word = "missed" if verdict.right else "MISSED"  # in capitals: the program has no right finding
        cell = f" cell {draw['cell']}" if "cell" in draw else ""
        print(f"{word} {verdict.program}: {draw['file']}{cell}:{draw['line']} {draw['stream']} {draw['via']}")
    for name in ("wrong", "without_effect"):
        for finding in getattr(verdict, name):
            place = f"{verdict.program}: {finding['path']}:{finding['line']}"
            print(f"{name} {place} {finding['rule']} {finding['message']}")


if __name__ == "__main__":
    sys.exit(main())
