"""Do the fixes hold on real repositories? `python tools/try_fixes.py REPOSITORY… [--unsafe-fixes] [--show]`.

Each repository is copied to a temporary folder, and never written. There: the diff that `mlaudit fix --diff` prints is
taken by `git apply`, and gives the same bytes as `--fix`; nothing else has changed; what was fixed is found no more, no
new finding of an edited file is there; a second run changes nothing. One line each, exit 1 where something does not
hold. `--show` prints the diffs, to be read by eye.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.commands.fix import diff, fixed, write
from mlaudit.config import Config
from mlaudit.findings import Finding, Report
from mlaudit.fixes.machine import active


def main() -> int:
    """Try each repository, and say what does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("repositories", nargs="+")
    parser.add_argument("--select", default="")
    for name in ("--unsafe-fixes", "--show", "--from-environment"):
        parser.add_argument(name, action="store_true")
    options = parser.parse_args()
    failed = 0
    for repository in options.repositories:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "repo"
            shutil.copytree(repository, root, symlinks=True)
            text, faults = tried(root, Path(folder) / "applied", options)
        print(f"{os.path.basename(repository)}: {text}{''.join(f'; WRONG: {fault}' for fault in faults)}", flush=True)
        failed += bool(faults)
    return int(failed > 0)


def tried(root: Path, applied: Path, options: argparse.Namespace) -> tuple[str, list[str]]:
    """What was fixed in a copy, and what does not hold."""
    select = tuple(options.select.split(",")) if options.select else ()
    rules = rulebook.select(rulebook.load(), select, ())
    machine = active(str(root), os.environ) if options.from_environment else None
    again = partial(audit, str(root), Config(), rules, fixing=True, drawn=False, machine=machine)
    before = again()
    held = _contents(root)
    outcome = fixed(before, lambda edits: again(edits=edits), unsafe=options.unsafe_fixes)
    patch = diff(outcome)
    faults = [crash.error for crash in outcome.report.crashes]
    faults += [] if outcome.settled else ["does not settle"]
    if options.show:
        sys.stdout.flush()
        sys.stdout.buffer.write(patch)
    shutil.copytree(root, applied, symlinks=True)
    done = subprocess.run(["git", "apply", "-"], input=patch, cwd=applied, capture_output=True, check=False)
    if patch and done.returncode:
        faults.append(f"git apply: {done.stderr.decode(errors='replace').strip()}")
    write(outcome)
    after = _contents(root)
    if patch and after != _contents(applied):
        faults.append("git apply of --diff is not --fix")
    changed = {path for path in after.keys() | held.keys() if after.get(path) != held.get(path)}
    if changed != set(outcome.contents):
        faults.append(f"other files changed: {sorted(changed ^ set(outcome.contents))}")
    left = again()
    faults += _left(before, left, [finding for finding, _ in outcome.done], changed)
    second = fixed(left, lambda edits: again(edits=edits), unsafe=options.unsafe_fixes)
    if second.contents:
        faults.append(f"a second run changes {sorted(second.contents)}")
    rules_fixed = Counter(finding.rule.id for finding, _ in outcome.done)
    told = ", ".join(f"{number} {rule}" for rule, number in sorted(rules_fixed.items()))
    more = f", {len(outcome.unsafe)} unsafe left" if outcome.unsafe else ""
    more += "".join(f"; not made: {each.at.path}:{each.at.line} {why}" for each, why in outcome.refused.items())
    return f"{told or 'nothing'} in {len(changed)} files{more}", faults


def _left(before: Report, left: Report, done: list[Finding], changed: set[str]) -> list[str]:
    """What was fixed and is still there, and what is new in files that were changed."""
    gone = Counter(_key(finding) for finding in done)
    was, now = (Counter(_key(finding) for finding in report.findings) for report in (before, left))
    stays = [key for key, number in gone.items() if now[key] > was[key] - number and key in was]
    rules = Counter((finding.rule.id, finding.at.path) for finding in before.findings)
    rules.subtract((finding.rule.id, finding.at.path) for finding in left.findings)
    new = [key for key in now - was if key[1] in changed and rules[key[:2]] < 0]
    return [f"still there: {key}" for key in stays] + [f"new: {key}" for key in new]


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.rule.id, finding.at.path, finding.message


def _contents(root: Path) -> dict[str, bytes]:
    """Every file outside of git's own folder."""
    files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {
        str(path.relative_to(root)): path.read_bytes() for path in files if path.relative_to(root).parts[0] != ".git"
    }


if __name__ == "__main__":
    sys.exit(main())
