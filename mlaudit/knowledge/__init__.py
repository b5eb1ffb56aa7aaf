"""What is known of libraries and Pythons, as TOML tables, and the small loaders that ask them."""

import os
import re
import sys
import tomllib
from functools import cache
from typing import Any

FOLDER = os.path.dirname(__file__)


@cache
def _text(name: str) -> str:
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


@cache
def table_of(name: str) -> dict[str, Any]:
    """The table of a name in this folder, read once."""
    with open(os.path.join(FOLDER, f"{name}.toml"), "rb") as file:
        return tomllib.load(file)


@cache
def conda_names() -> dict[str, str]:
    """Names of conda packages that differ from those of PyPI; "" for what is no Python package."""
    names: dict[str, str] = table_of("conda_names")["names"]
    return names


@cache
def end_of_life() -> dict[str, str]:
    """Python versions that get no more fixes (`3.8`), with the month in which that ended."""
    pythons: dict[str, str] = table_of("pythons")["end_of_life"]
    return pythons


@cache
def standard_library() -> frozenset[str]:
    """The top-level modules of the standard library of any Python, 2 and 3."""
    others: list[str] = table_of("platforms")["standard_library"]["other"]
    return sys.stdlib_module_names | frozenset(others)


@cache
def platforms() -> dict[str, frozenset[str]]:
    """Modules that a hosted platform or a program that embeds Python provides, by that platform."""
    tables: dict[str, list[str]] = table_of("platforms")["modules"]
    return {platform: frozenset(modules) for platform, modules in tables.items()}


@cache
def _lists() -> dict[str, list[str]]:
    tables: dict[str, list[str]] = table_of("platforms")["lists"]
    return tables


def packages_listed_by(package: str) -> frozenset[str]:
    """The packages of which a package is nothing but the list; empty for one that brings something itself."""
    return frozenset(_lists().get(package, ()))


@cache
def platform_modules() -> frozenset[str]:
    """The modules of all platforms."""
    return frozenset().union(*platforms().values())


@cache
def _images() -> list[tuple[re.Pattern[str], frozenset[str]]]:
    tables = table_of("images")["images"]
    return [(re.compile(table["name"]), frozenset(table["packages"])) for table in tables]


def packages_in(image: str) -> frozenset[str]:
    """The packages that an image of this name brings; empty where it is no framework's."""
    return next((packages for pattern, packages in _images() if pattern.search(image)), frozenset())


@cache
def packages_of(module: str) -> frozenset[str]:
    """The packages that install a module, by its longest known prefix; empty where none is known.

    The table is searched as text: parsing three thousand rows would cost more than all other knowledge together.
    """
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        if rows := _rows(".".join(parts[:length])):
            return frozenset(rows)
    return frozenset()


def _rows(module: str) -> list[str]:
    text = _text("imports.toml")
    found = []
    at = text.find(f'"{module}"')
    while at >= 0:
        row = text[text.rfind("\n", 0, at) + 1 : at]
        if "imports = [" in row or "earlier = [" in row:
            found.append(row.partition(" = ")[0].strip('"'))
        at = text.find(f'"{module}"', at + 1)
    if "." not in module and f'"{_plain(module)}==' in text:
        found.append(_plain(module))
    return found


def _plain(module: str) -> str:
    return module.replace("_", "-").lower()


def modules_of(package: str) -> tuple[str, ...]:
    """The modules that a package installs; empty where it is not known."""
    if row := _import_rows().get(package):
        return tuple(row.partition("imports = [")[2].partition("]")[0].replace('"', "").split(", "))
    return (package.replace("-", "_"),) if f'"{package}==' in _text("imports.toml") else ()


@cache
def _import_rows() -> dict[str, str]:
    """The rows of the table as they are written, by package."""
    rows = (line.partition(" = ") for line in _text("imports.toml").split("\n") if " = {" in line)
    return {name.strip('"'): row for name, _, row in rows}
