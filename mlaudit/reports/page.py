"""The page of a rule: what it finds, why, what to do, and its examples."""

import json
from typing import Any

from mlaudit.findings import Rule


def render(rule: Rule, examples: list[dict[str, Any]]) -> str:
    """The page as text, in the sections: what, why, fix, when not to care, examples, limits, references."""
    enabled = "" if rule.enabled else " · off unless selected by name"
    fixable = f" · {rule.fixable} fix" if rule.fixable else ""
    head = f"{rule.id} {rule.name}\n{rule.family} · {rule.level} · confidence {rule.confidence}{fixable}{enabled}"
    sections = [
        head,
        f"What it finds\n{_indent(rule.title)}",
        f"Why\n{_indent(rule.rationale)}",
        f"Fix\n{_indent(rule.fix)}",
    ]
    if rule.unless:
        sections.append(f"When not to care\n{_indent(rule.unless)}")
    for title, chosen in (("Examples", False), ("Known limits", True)):
        shown = [_example(example) for example in examples if bool(example.get("limit")) is chosen]
        if shown:
            sections.append(f"{title}\n" + "\n\n".join(shown))
    if rule.references:
        sections.append("References\n" + _indent("\n".join(rule.references)))
    return "\n\n".join(sections) + "\n"


def listing(rules: list[Rule]) -> str:
    """One line for each rule."""
    return "".join(
        f"{rule.id}  {rule.level if rule.enabled else 'off':8} {rule.name}: {rule.title}"
        f"{f' ({rule.fixable} fix)' if rule.fixable else ''}\n"
        for rule in rules
    )


def as_json(rules: list[Rule]) -> str:
    """The rules as a JSON array, without the paths of this machine."""
    return (
        json.dumps([{**rule._asdict(), "path": f"rules/{rule.family}/{rule.name}.toml"} for rule in rules], indent=2)
        + "\n"
    )


def _example(example: dict[str, Any]) -> str:
    lines = [f"  {example.get('about', '')}".rstrip()]
    for kind in ("bad", "fixed", "good"):
        for path, content in example.get(kind, {}).items():
            text = content if isinstance(content, str) else "\n\n".join(f"[cell] {cell}" for cell in content)
            lines += [f"  {kind}: {path}", _indent(text.rstrip(), 6)]
    return "\n".join(line for line in lines if line.strip())


def _indent(text: str, width: int = 2) -> str:
    return "\n".join(f"{' ' * width}{line}".rstrip() for line in text.strip("\n").splitlines())
