"""JUnit XML for systems that show tests: a suite for each family, a case for each finding and each rule that held."""

from collections.abc import Iterator
from xml.etree import ElementTree

from mlaudit.findings import Finding, Report, Rule
from mlaudit.patterns import pattern
from mlaudit.reports.help import paragraph
from mlaudit.reports.text import plain

# What plain leaves and XML cannot hold.
FORBIDDEN = pattern("[\ufffe\uffff]")
Element = ElementTree.Element


def render(report: Report) -> str:
    """An XML document; a rule that crashed is an error, what could not be judged is skipped."""
    root = ElementTree.Element("testsuites", name="mlaudit")
    for family in sorted({rule.family for rule in report.rules}):
        cases = [case for rule in report.rules if rule.family == family for case in _cases(rule, report)]
        suite = ElementTree.SubElement(root, "testsuite", name=f"mlaudit.{family}", tests=str(len(cases)))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
        suite.extend(cases)
    ElementTree.indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ElementTree.tostring(root, encoding='unicode')}\n"


def _cases(rule: Rule, report: Report) -> Iterator[Element]:
    empty = True
    for crash in report.crashes:
        if crash.rule.id == rule.id:
            yield _case(rule, "", "error", message=_text(crash.error), type="crash")
            return
    for finding in report.findings:
        if finding.rule.id == rule.id:
            empty = False
            case = _case(rule, _place(finding), "failure", message=_text(finding.message), type=finding.level)
            case[0].text = _text(f"{_place(finding)}\n{finding.snippet[:1000].strip()}\nfix: {paragraph(rule.fix)}")
            yield case
    for finding in report.unchecked:
        if finding.rule.id == rule.id:
            empty = False
            yield _case(rule, _place(finding), "skipped", message=_text(finding.message))
    if empty:
        yield _case(rule, "")


def _case(rule: Rule, place: str, outcome: str = "", **attributes: str) -> Element:
    name = f"{rule.id} {rule.name}" + (f" {place}" if place else "")
    case = ElementTree.Element("testcase", classname=f"mlaudit.{rule.family}", name=_text(name))
    if outcome:
        ElementTree.SubElement(case, outcome, attributes)
    return case


def _place(finding: Finding) -> str:
    cell = f" (cell {finding.at.cell})" if finding.at.cell else ""
    return f"{finding.at.path}:{finding.at.line}{cell}"


def _text(text: str) -> str:
    """Text that XML can hold, line by line."""
    return FORBIDDEN.sub("\ufffd", "\n".join(plain(line) for line in text.split("\n")))
