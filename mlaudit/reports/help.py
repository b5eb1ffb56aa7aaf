"""What does an output say beside a finding: why its rule is there, what to do, and where its page is?"""

from mlaudit.findings import Rule

HOME = "https://github.com/mlaudit/mlaudit"


def page_of(rule: Rule) -> str:
    """The address of the rule's file, which is its page; of a rule of the user's the first to read on, "" for none."""
    if rule.is_own:
        return next((each for each in rule.references if each.startswith(("https://", "http://"))), "")
    return f"{HOME}/blob/main/rules/{rule.family}/{rule.name}.toml"


def paragraph(text: str) -> str:
    """The first paragraph on one line."""
    return " ".join(text.strip().split("\n\n")[0].split())


def paragraphs(text: str) -> list[str]:
    """The paragraphs, each on one line."""
    return [" ".join(part.split()) for part in text.strip().split("\n\n") if part.strip()]


def as_text(rule: Rule) -> str:
    """Why, fix and when not to care, as plain text."""
    return "\n\n".join(f"{title}: {text}" for title, text in sections(rule))


def as_markdown(rule: Rule) -> str:
    """The same with headings and references."""
    parts = [f"# {rule.title}", f"`{rule.id}` `{rule.name}` · {rule.family}"]
    parts += [f"## {title}\n\n{text}" for title, text in sections(rule)]
    if rule.references:
        parts.append("## References\n\n" + "\n".join(f"- <{address}>" for address in rule.references))
    return "\n\n".join(parts) + "\n"


def sections(rule: Rule) -> list[tuple[str, str]]:
    """The titles and texts of why, fix and when not to care."""
    titled = (("Why", rule.rationale), ("Fix", rule.fix), ("When not to care", rule.unless))
    return [(title, "\n\n".join(paragraphs(text))) for title, text in titled if text.strip()]
