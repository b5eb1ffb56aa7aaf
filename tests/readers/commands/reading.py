"""How do tests look at facts? By the text that stands under their locations."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mlaudit.facts import Fact, InstallCommand, Location, PackageSource, PythonVersion, Requirement
from mlaudit.readers.commands import install
from mlaudit.source import Source


def under(source: Source, at: Location) -> str:
    """The text of the file that a location spans."""
    starts = source.starts
    return source.text[starts[at.line - 1] + at.column - 1 : starts[at.end_line - 1] + at.end_column - 1]


def shell(text: str, directory: str = "") -> tuple[Source, list[Fact]]:
    """The facts of a shell text."""
    source = Source("run.sh", text.encode())
    return source, list(install.installs(source.passage(), "shell", directory))


def facts(read: Callable[[Source], Iterator[Fact]], path: str, text: str) -> tuple[Source, list[Fact]]:
    """The facts that a reader finds in a text."""
    source = Source(path, text.encode())
    return source, list(read(source))


def commands(found: Iterable[Fact]) -> list[InstallCommand]:
    """The install commands among facts."""
    return [fact for fact in found if isinstance(fact, InstallCommand)]


def packages(found: Iterable[Fact]) -> list[str]:
    """Every package that the install commands name, with its comparisons: `numpy>=1,<2`."""
    return [spelled(requirement) for command in commands(found) for requirement in command.requirements]


def spelled(requirement: Requirement) -> str:
    """The name and the comparisons of a requirement as one text."""
    return requirement.name + ",".join("".join(comparison) for comparison in requirement.comparisons)


def sources(source: Source, found: Iterable[Fact]) -> list[tuple[str, str, str]]:
    """Option, value and text under each PackageSource."""
    return [(fact.option, fact.value, under(source, fact.at)) for fact in found if isinstance(fact, PackageSource)]


def pythons(source: Source, found: Iterable[Fact]) -> list[tuple[Any, ...]]:
    """Text under, version and choices of each PythonVersion."""
    return [
        (under(source, fact.at), _joined(fact.comparisons), *map(_joined, fact.choices))
        for fact in found
        if isinstance(fact, PythonVersion)
    ]


def _joined(comparisons: Iterable[tuple[str, str]]) -> str:
    return ",".join("".join(comparison) for comparison in comparisons)
