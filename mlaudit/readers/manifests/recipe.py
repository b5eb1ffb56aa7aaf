"""What does a conda recipe (meta.yaml) require? Its Jinja is no YAML, so its requirement sections are read by line."""

import re
from collections.abc import Iterator

from mlaudit.facts import Fact, Manifest
from mlaudit.patterns import pattern
from mlaudit.readers.manifests import conda_spec
from mlaudit.source import Source

SECTION = pattern(r"^(\s*)(requirements|host|build|run|run_constrained)\s*:\s*$")
ITEM = pattern(r"^\s*-\s+([^#\n]+)")


def read(source: Source) -> Iterator[Fact]:
    """The specs below `requirements:`, grouped by host, build and run. Lines with Jinja in them stay unread."""
    if not re.search(r"^requirements:", source.text, re.MULTILINE):
        return
    yield Manifest(source.location(0), "recipe", computed="{{" in source.text)
    inside, section = False, ""
    for start, line in zip(source.starts, source.lines, strict=False):
        if match := SECTION.match(line):
            inside = (inside and bool(match[1])) or match[2] == "requirements"
            section = match[2]
        elif line.strip() and not line[0].isspace() and not line.startswith(("#", "{%", "-")):
            inside = False
        elif inside and "{" not in line and (item := ITEM.match(line)):
            passage = source.passage(start + item.start(1), start + item.end(1))
            role = "recipe" if section == "run" else "build"
            if found := conda_spec.parse(passage.text, passage.locate, origin=source.path, group=section, role=role):
                yield found
