"""How long does each format take for a report of a thousand findings, and how large is it?

    python benchmarks/pages.py [--findings 1000] [--runs 11]

Printed are medians of CPU milliseconds, and their ratio to what is promised of the page: half a second. Nothing is
asserted; tests/reports/test_html.py counts the work.
"""

import argparse
import importlib
import statistics
import time

from mlaudit import rulebook
from mlaudit.facts import Location
from mlaudit.findings import Finding, Report

FORMS = ("html", "json", "sarif", "markdown", "junit", "cyclonedx")
PROMISED = 500.0


def main() -> None:
    """Time the formats and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--findings", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=11)
    options = parser.parse_args()
    report = large(options.findings)
    print(f"{options.findings} findings, {options.runs} runs each")
    for form in FORMS:
        render = importlib.import_module(f"mlaudit.reports.{form}").render
        size, times = len(render(report).encode()), []
        for _ in range(options.runs):
            started = time.process_time()
            render(report)
            times.append((time.process_time() - started) * 1000)
        median = statistics.median(times)
        promise = f"   {median / PROMISED:.2f} of the promised half second" if form == "html" else ""
        print(f"  {form:10} {median:8.1f} ms   {size / 1000:8.0f} kB{promise}")


def large(findings: int) -> Report:
    """A report of so many findings, of fifty rules in ninety files."""
    rules = tuple(rulebook.load())
    found = []
    for number in range(findings):
        rule = rules[number % 50]
        at = Location(f"src/package/module_{number % 90:02}.py", number + 1, 5, number + 1, 20)
        message = f"`name{number}` is at fault in some way or another."
        found.append(Finding(rule, rule.level, "high", message, at, f"    value = call(name{number})"))
    return Report(root="/nowhere", files=120, read=100, rules=rules, findings=tuple(found))


if __name__ == "__main__":
    main()
