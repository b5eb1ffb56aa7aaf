"""How long does an audit take, against the floor of reading and parsing the same Python files?

    python benchmarks/ratios.py REPOSITORY [--runs 11]

Everything is timed as a whole process, the commands in turn within one run, so that a machine whose speed drifts
slows all of them. Printed are medians in milliseconds and their ratios; nothing is asserted. Every command may write
and use compiled bytecode, as an installed package does: PYTHONDONTWRITEBYTECODE is not handed on.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

PARSE = """
import ast, sys, warnings
warnings.simplefilter("ignore")
for path in sys.argv[1:]:
    for _ in range({times}):
        with open(path, "rb") as file:
            text = file.read()
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            pass
"""


def main() -> None:
    """Time the commands and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--runs", type=int, default=11)
    options = parser.parse_args()
    files = python_files(options.repository)
    lines = sum(Path(path).read_bytes().count(b"\n") for path in files)
    print(f"{options.repository.name}: {len(files)} Python files, {lines} lines, {options.runs} runs each")
    audit = [script(), str(options.repository), "--output-format", "concise", "--fail-on", "never"]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "mlaudit --version": [script(), "--version"],
        "read and ast.parse twice": [sys.executable, "-c", PARSE.format(times=2), *files],
        "mlaudit --select REQ, first": [*audit, "--no-cache", "--select", "REQ"],
        "and RNG": [*audit, "--no-cache", "--select", "REQ,RNG"],
        "and DAT and MOD": [*audit, "--no-cache", "--select", "REQ,RNG,DAT,MOD"],
        "mlaudit --no-cache": [*audit, "--no-cache"],
        "mlaudit": audit,
    }
    report(measure({name: command for name, command in commands.items() if files or "parse" not in name}, options.runs))


def python_files(repository: Path) -> list[str]:
    """The Python files that git tracks, as absolute paths."""
    command = ["git", "ls-files", "-z", "*.py"]
    listed = subprocess.run(command, cwd=repository, capture_output=True, check=True).stdout
    paths = [os.path.join(repository, os.fsdecode(path)) for path in listed.split(b"\0") if path]
    return [path for path in paths if os.path.isfile(path)]


def script() -> str:
    """The installed command of this interpreter's environment."""
    return str(Path(sys.executable).parent / "mlaudit")


def measure(commands: dict[str, list[str]], runs: int) -> dict[str, list[float]]:
    """CPU milliseconds (user and system) of each command in each run, after one run that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for run in range(runs + 1):
        for name, command in commands.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=environment)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            if run:
                times[name].append(spent * 1000)
    return times


def report(times: dict[str, list[float]]) -> None:
    """The medians, and the ratios that are promised."""
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, values in times.items():
        print(f"  {name:26} {medians[name]:8.1f} ms   ({min(values):.1f} to {max(values):.1f})")
    ratio("--version against `pass`", medians, "mlaudit --version", "python -c pass", 4.0)
    if "read and ast.parse twice" in medians:
        ratio(
            "first audit of dependencies against parsing twice",
            medians, "mlaudit --select REQ, first", "read and ast.parse twice", 1.0,
        )  # fmt: skip
        share("randomness", medians, "and RNG", "mlaudit --select REQ, first", 60)
        share("data and models", medians, "and DAT and MOD", "and RNG", 40)
        # Six times one parse.
        ratio(
            "first audit of all families against parsing twice",
            medians,
            "mlaudit --no-cache",
            "read and ast.parse twice",
            3.0,
        )
        ratio("later audits against parsing twice", medians, "mlaudit", "read and ast.parse twice", 3.0)


def share(families: str, medians: dict[str, float], above: str, below: str, promised: int) -> None:
    """What families add to an audit without them, and what is promised for it."""
    print(f"  {families} add {medians[above] / medians[below] - 1:.0%} (promised: at most {promised}%)")


def ratio(words: str, medians: dict[str, float], above: str, below: str, promised: float) -> None:
    """One ratio and what is promised for it."""
    print(f"  {words}: {medians[above] / medians[below]:.2f} (promised: at most {promised})")


if __name__ == "__main__":
    main()
