"""What does a setup.cfg require?"""

from collections.abc import Iterator

from mlaudit.facts import Distribution, EntryPoint, Fact, Include, Manifest, PythonVersion, Requirement, Unreadable
from mlaudit.patterns import pattern
from mlaudit.readers.manifests import requirement, requirements
from mlaudit.source import Passage, Source

HEADER = pattern(r"^\[([^\]]+)\]\s*$")
OPTION = pattern(r"^([A-Za-z][\w.-]*)\s*[=:]\s*(.*)$")
COMMENT = pattern(r"\s*(?:^|\s)[#;].*$")
SIGNALS = ("license", "url", "classifiers", "project_urls", "author", "keywords")


def read(source: Source) -> Iterator[Fact]:
    """install_requires, extras, python_requires, commands and the metadata; nothing where it only configures tools."""
    values = list(_values(source))
    found = [fact for section, key, passage in values for fact in _facts(source, section, key, passage)]
    if any(isinstance(fact, Requirement | Include) for fact in found):
        yield Manifest(source.location(0), "setup.cfg")
    metadata = {key: passage for section, key, passage in values if section == "metadata"}
    if metadata:
        name = metadata.get("name") or next(iter(metadata.values()))
        signals = tuple(key for key in SIGNALS if key in metadata)
        version = metadata["version"].text if "version" in metadata else ""
        yield Distribution(name.locate(0, len(name.text)), name.text if "name" in metadata else "", version, signals)
    yield from found


def _facts(source: Source, section: str, key: str, passage: Passage) -> Iterator[Fact]:
    if (section, key) == ("options", "python_requires"):
        at = passage.locate(0, len(passage.text))
        yield PythonVersion(at, requirement.comparisons(passage.text), "requires-python")
    if section in ("options.entry_points", "entry_points") and key in ("console_scripts", "gui_scripts"):
        name, sign, target = passage.text.partition("=")
        if sign and ":" in target:
            yield EntryPoint(passage.locate(0, len(passage.text)), name.strip(), target.strip())
    group = {"options": "", "options.extras_require": f"extra:{key}"}.get(section)
    if group is None or (group == "" and key != "install_requires"):
        return
    if passage.text.startswith("file:"):
        target = passage.text.removeprefix("file:").strip()
        yield requirements.include(passage.locate(0, len(passage.text)), target, source.path)
    elif found := requirement.parse(passage.text, passage.locate, group=group, origin=source.path):
        yield requirements.rooted(found, source.path)
    elif "%(" not in passage.text:
        at = passage.locate(0, len(passage.text))
        yield Unreadable(at, f"`{passage.text}` is no requirement that pip reads", partly=True)


def _values(source: Source) -> Iterator[tuple[str, str, Passage]]:
    """Section, key and each line of the value, as configparser splits them."""
    section = key = ""
    for start, line in zip(source.starts, source.lines, strict=False):
        text = COMMENT.sub("", line).rstrip()
        if not text:
            continue
        if header := HEADER.match(text):
            section, key = header[1].strip(), ""
        elif option := OPTION.match(text):
            key = option[1].lower()
            if option[2]:
                yield section, key, source.passage(start + option.start(2), start + option.end(2))
        elif text[0].isspace() and key:
            yield section, key, source.passage(start + len(text) - len(text.lstrip()), start + len(text))
