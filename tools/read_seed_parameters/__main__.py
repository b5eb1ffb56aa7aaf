"""Which calls of which libraries take a seed? Writes one table for each top-level module.

Usage: python -m tools.read_seed_parameters --python ENV/bin/python ... [--archives FOLDER] [--only MODULE ...]

A library is read by importing it in the first environment that has it. Where `libraries.toml` says so, or where it
cannot be imported, its source is read instead: from the environment, or from a wheel or source archive.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from . import places, source
from .rows import MOST, SEEDS, Reading, Row, chosen, sections

HERE = Path(__file__).parent
OUT = HERE.parent.parent / "mlaudit" / "knowledge" / "seed_parameters"
MINUTES = 10


def main() -> None:
    """Read the libraries that are asked for and write their tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=Path, action="append", default=[], help="an interpreter with libraries")
    parser.add_argument("--archives", type=Path, help="a folder of wheels and source archives")
    parser.add_argument("--only", nargs="*", help="top-level modules")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    libraries = tomllib.loads((HERE / "libraries.toml").read_text("utf-8"))
    names = options.only or sorted(libraries)
    with ThreadPoolExecutor(2) as pool:
        for line in pool.map(lambda name: _write(name, libraries[name], options), names):
            print(line, flush=True)


def _write(module: str, library: dict[str, Any], options: argparse.Namespace) -> str:
    readings = list(_readings(module, library, options))
    if not readings:
        return f"{module}: not found"
    kept = ([row for row in reading.rows if not _is_skipped(row.name, library)] for _, reading in readings)
    found = sections(row for rows in kept for row in chosen(rows, library.get("most", MOST)))
    if not found:
        return f"{module}: no seed parameters"
    (options.out / f"{module}.toml").write_text(_text(library, readings, found), "utf-8")
    failed = sum(len(reading.failed) for _, reading in readings)
    return f"{module}: {sum(map(len, found.values()))} rows, {failed} modules failed"


def _is_skipped(name: str, library: dict[str, Any]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in library.get("skip", []))


def _readings(module: str, library: dict[str, Any], options: argparse.Namespace) -> Iterator[tuple[str, Reading]]:
    """The newest reading first, then those of the older versions that `libraries.toml` asks for by `also`."""
    seen: list[str] = []
    for python in options.python:
        packages = places.site_packages(python)
        version = places.installed_version(packages, library["distribution"]) if library["distribution"] else ""
        if version is not None and version not in seen and len(seen) <= library.get("also", 0):
            seen.append(version)
            yield _in_environment(module, library, python, packages, version)
    archive = places.archive_of(options.archives, library["distribution"]) if options.archives and not seen else None
    if archive:
        texts = places.texts_in_archive(archive, module)
        yield "source", _from_source(library, texts, places.archive_version(archive))


def _in_environment(
    module: str, library: dict[str, Any], python: Path, packages: Path, version: str
) -> tuple[str, Reading]:
    if library.get("walk") != "source" and (reading := _by_import(module, library, python)):
        return "signatures", _with_stubs(library, packages, reading)
    return "source", _from_source(library, places.texts_in_folder(packages, module), version)


def _by_import(module: str, library: dict[str, Any], python: Path) -> Reading | None:
    request = {
        "module": module,
        "distribution": library["distribution"],
        "walk": library.get("walk", "files"),
        "imports": library.get("imports", []),
        "skip": library.get("skip", []),
        "owners": [module, *library.get("owners", [])],
        "parameters": sorted(_parameters(library)),
    }
    try:
        ran = subprocess.run(
            [python, "-I", HERE / "live.py"],
            input=json.dumps(request), capture_output=True, text=True, timeout=MINUTES * 60, check=True,
        )  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        print(f"{module}: cannot be imported: {str(error.stderr)[-300:]}", file=sys.stderr)
        return None
    found = json.loads(ran.stdout)
    return Reading(found["version"], [Row(*row) for row in found["rows"]], found["failed"])


def _with_stubs(library: dict[str, Any], packages: Path, reading: Reading) -> Reading:
    """A reading with what stubs say of compiled functions, under the public name that `libraries.toml` gives them."""
    rows = list(reading.rows)
    for path, public in library.get("stubs", {}).items():
        text = (packages / path).read_text("utf-8")
        modules = source.read({f"{public.replace('.', '/')}.pyi": text})
        rows += source.rows(modules, _parameters(library), [])
    return Reading(reading.version, rows, reading.failed)


def _from_source(library: dict[str, Any], texts: dict[str, str], version: str) -> Reading:
    modules = source.read(texts)
    rows = list(source.rows(modules, _parameters(library), library.get("skip", [])))
    return Reading(version, rows, [])


def _parameters(library: dict[str, Any]) -> frozenset[str]:
    return SEEDS | frozenset(library.get("parameters", []))


def _text(library: dict[str, Any], readings: list[tuple[str, Reading]], found: dict[str, list[str]]) -> str:
    distribution = library["distribution"] or "python"
    versions = ", ".join(reading.version for _, reading in readings)
    how = "signatures" if readings[0][0] == "signatures" else "source, without importing it,"
    head = [
        f"# Written by tools/read_seed_parameters from the {how} of {distribution} {versions}. Do not edit.",
        f'distribution = "{distribution}"',
        f'version = "{readings[0][1].version}"',
    ]
    tables = (f"[{parameter}]\ncalls = '''\n" + "\n".join(lines) + "\n'''" for parameter, lines in found.items())
    return "\n".join([*head, *tables]) + "\n"


if __name__ == "__main__":
    main()
