"""Which module names can be imported once a given Python package is installed?

Usage: pip download --no-deps -d DIR pigar==2.2.0
       read_import_names.py import_names.txt --wheels DIR... --installed --pigar PIGAR.whl --out imports.toml

It asks no package index. It reads, best first: the file lists of wheels in
the folders given, the RECORDs of this environment, and (for packages found in
neither) the table of top-level modules that the pigar wheel carries.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import sys
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

JUNK = frozenset(
    "tests test testing docs doc examples example scripts script benchmarks benchmark src utils tools utility"
    " build dist setup conftest samples sample demo demos notebooks notebooks_community data bin lib include share"
    " node_modules licenses license typings stubs requirements dev ci tasks version images wheelhouse build_tools"
    " build_backend build_utils tutorials tutorial website configs sphinx docker conda cpython com DUMMY dummy"
    " projects gallery book graphs experiments simulation inference training evaluation extensions plugins"
    " extra_scripts third_party source_dir helpers ops crs recipes package_meta rules_python catboost_info"
    " site_packages extension_templates preprocessing features wrapper".split()
)
JUNK_SHAPE = re.compile(r"^_|^tests?_|_tests?$|__mypyc$")
# Directories that several packages fill: none of them may be named by the directory alone.
SHARED = frozenset(
    "google google.cloud azure azure.storage azure.ai llama_index opentelemetry opentelemetry.exporter"
    " sphinxcontrib backports jaraco zope nvidia mpl_toolkits langgraph".split()
)
MODULE_ENDS = (".py", ".so", ".pyd")
MAX_PARTS = 4  # three dots
MANY = 8  # a root filled by one package alone with more names than this is named whole
NAMESPACE_MARK = re.compile(rb"extend_path|declare_namespace")
NAMESPACE_LINES = 8  # an __init__.py that does more than declare a namespace is longer


@dataclass(frozen=True)
class Reading:
    """What one version of one package installs, and whether its files were seen."""

    version: str
    modules: frozenset[str]


Readings = dict[str, list[Reading]]


def module_file(path: PurePosixPath) -> PurePosixPath | None:
    """The importable path of a wheel member, or None when it is no module."""
    parts = path.parts
    if len(parts) > 2 and parts[0].endswith(".data"):
        if parts[1] not in ("purelib", "platlib"):
            return None
        parts = parts[2:]
    if not parts[-1].endswith(MODULE_ENDS) or ".." in parts or parts[0] == "/":
        return None
    stem = parts[-1].split(".")[0]
    names = (*parts[:-1], stem)
    if not all(name.isidentifier() for name in names) or "__pycache__" in names:
        return None
    return PurePosixPath(*names)


def is_listed(dotted: str, own: str) -> bool:
    """False for junk, private and generated names, which nobody imports by a package's name."""
    return dotted == own or not any(p in JUNK or JUNK_SHAPE.search(p) for p in dotted.split("."))


def own_name(package: str) -> str:
    """The module name that a package would have if it were named after it."""
    return package.replace("-", "_")


def without_noise(modules: set[str], package: str) -> frozenset[str]:
    """The modules less junk, and less standard-library names that stand beside others."""
    kept = {m for m in modules if is_listed(m, own_name(package))}
    return frozenset({m for m in kept if m not in sys.stdlib_module_names} or kept)


def only_declares_namespace(source: bytes) -> bool:
    """Whether an __init__.py is a namespace declaration and no more."""
    lines = [line for line in source.splitlines() if line.strip() and not line.startswith(b"#")]
    return len(lines) <= NAMESPACE_LINES and NAMESPACE_MARK.search(source) is not None


def shortest_names(files: Iterable[str], is_namespace: Callable[[str], bool]) -> set[str]:
    """Module names for a file list; is_namespace(root) says if root/__init__.py only declares a namespace."""
    modules = {m for f in files if (m := module_file(PurePosixPath(f))) is not None}
    packages = {m.parent for m in modules if m.name == "__init__"}
    packages -= {p for p in packages if len(p.parts) == 1 and is_namespace(p.name)}
    holders = packages | {m.parent for m in modules if m.name != "__init__" and len(m.parent.parts) > 1}
    holders = {h for h in holders if ".".join(h.parts) not in SHARED}
    found: set[str] = set()
    for module in modules:
        parts = module.parts[:-1] if module.name == "__init__" else module.parts
        prefixes = (PurePosixPath(*parts[:n]) for n in range(1, len(parts) + 1))
        best = next((p for p in prefixes if p in holders), PurePosixPath(*parts))
        is_bare_root = module.name == "__init__" and best not in holders
        if not is_bare_root and len(best.parts) <= MAX_PARTS:
            found.add(".".join(best.parts))
    return found


def read_wheel(path: Path) -> set[str]:
    """Module names from a wheel's central directory."""
    with zipfile.ZipFile(path) as wheel:
        members = wheel.namelist()
        known = set(members)

        def is_namespace(root: str) -> bool:
            init = f"{root}/__init__.py"
            return init in known and only_declares_namespace(wheel.read(init))

        return shortest_names(members, is_namespace)


def read_installed(dist: Distribution) -> set[str]:
    """Module names from the RECORD of an installed package."""
    files = [str(f) for f in dist.files or ()]

    def is_namespace(root: str) -> bool:
        init = Path(str(dist.locate_file(f"{root}/__init__.py")))
        return init.is_file() and only_declares_namespace(init.read_bytes())

    return shortest_names(files, is_namespace)


def wheel_readings(folders: Iterable[Path], wanted: set[str]) -> Iterator[tuple[str, Reading]]:
    """One reading for each version of a wanted package among the wheels."""
    done: set[tuple[str, str]] = set()
    for path in sorted(p for folder in folders for p in folder.rglob("*.whl")):
        try:
            name, version, *_ = parse_wheel_filename(path.name)
            if name in wanted and (name, str(version)) not in done:
                yield name, Reading(str(version), without_noise(read_wheel(path), name))
                done.add((name, str(version)))
        except (InvalidWheelFilename, InvalidVersion, zipfile.BadZipFile, OSError) as error:
            print(f"skipped {path.name}: {error}", file=sys.stderr)


def installed_readings(wanted: set[str]) -> Iterator[tuple[str, Reading]]:
    """One reading for each wanted package of this environment."""
    for dist in distributions():
        name = canonicalize_name(dist.metadata["Name"] or "")
        if name in wanted and dist.files:
            yield name, Reading(dist.version, without_noise(read_installed(dist), name))


def pigar_rows(wheel: Path) -> list[tuple[str, str, str]]:
    """(package, version, top-level module) rows of the table inside a pigar wheel."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        database = archive.extract("pigar/.db.sqlite3", folder)
        connection = sqlite3.connect(database)
        try:
            query = (
                "SELECT d.name, d.version, m.name FROM distributions d"
                " JOIN top_level_module_names m ON m.distribution_id = d.id"
            )
            return connection.execute(query).fetchall()
        finally:
            connection.close()


def pigar_readings(rows: Iterable[tuple[str, str, str]], wanted: set[str]) -> Iterator[tuple[str, Reading]]:
    """Readings from pigar's rows, less the shared directories, of which it does not say whose part is whose."""
    modules: dict[tuple[str, str], set[str]] = defaultdict(set)
    for raw, version, module in rows:
        name = canonicalize_name(raw)
        if name in wanted and module.isidentifier() and module not in SHARED:
            modules[name, version].add(module)
    for (package, version), found in modules.items():
        yield package, Reading(version, without_noise(found, package))


def collect(found: Iterable[tuple[str, Reading]]) -> Readings:
    """Readings by package, newest version first; packages without a module are left out."""
    readings: Readings = defaultdict(list)
    for name, reading in found:
        if reading.modules:
            readings[name].append(reading)
    for versions in readings.values():
        versions.sort(key=lambda r: Version(r.version), reverse=True)
    return dict(readings)


def whole_roots(readings: Readings) -> Readings:
    """Name a namespace root whole where one package alone fills it with many names."""
    owners: dict[str, set[str]] = defaultdict(set)
    for name, versions in readings.items():
        for module in versions[0].modules:
            owners[module.split(".")[0]].add(name)

    def shorten(reading: Reading) -> Reading:
        by_root: dict[str, list[str]] = defaultdict(list)
        for module in reading.modules:
            by_root[module.split(".")[0]].append(module)
        kept: set[str] = set()
        for root, modules in by_root.items():
            alone = len(owners[root]) == 1 and root not in SHARED and len(modules) > MANY
            kept.update([root] if alone else modules)
        return Reading(reading.version, frozenset(kept))

    return {name: [shorten(r) for r in versions] for name, versions in readings.items()}


def quoted(names: Iterable[str]) -> str:
    """The names as a sorted TOML array of strings."""
    return "[" + ", ".join(f'"{n}"' for n in sorted(names)) + "]"


def is_plain(name: str, versions: list[Reading]) -> bool:
    """Whether the package's one module, in every version read, is its own name."""
    return all(r.modules == {own_name(name)} for r in versions)


def package_line(name: str, versions: list[Reading]) -> str:
    """One line of [packages]; `earlier` holds modules that only older versions read had."""
    newest = versions[0]
    earlier = frozenset[str]().union(*(r.modules for r in versions[1:])) - newest.modules
    more = f", earlier = {quoted(earlier)}" if earlier else ""
    return f'{name} = {{ version = "{newest.version}", imports = {quoted(newest.modules)}{more} }}'


def table(blocks: list[tuple[str, Readings]]) -> str:
    """The whole TOML text; each block is a comment and the readings it stands over."""
    lines = ["# Generated by tools/read_import_names.py; do not edit.", "", "[packages]"]
    for comment, readings in blocks:
        lines.append(f"# {comment}")
        lines += [package_line(n, r) for n, r in sorted(readings.items()) if not is_plain(n, r)]
    lines += ["", "[plain]  # import name = package name, dashes as underscores", "names = ["]
    for comment, readings in blocks:
        lines.append(f"# {comment}")
        lines += [f'"{n}=={r[0].version}",' for n, r in sorted(readings.items()) if is_plain(n, r)]
    return "\n".join([*lines, "]", ""])


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", type=Path, help="package names, one a line")
    parser.add_argument("--wheels", type=Path, nargs="+", default=[], help="folders that hold wheels")
    parser.add_argument("--installed", action="store_true", help="read this environment too")
    parser.add_argument("--pigar", type=Path, help="a pigar wheel, for packages found nowhere else")
    parser.add_argument("--out", type=Path, required=True, help="the TOML file to write")
    return parser.parse_args()


def main() -> int:
    """Read every source, write the table, and name on stderr what no source has."""
    arguments = parse_arguments()
    wanted: set[str] = {canonicalize_name(line) for line in arguments.names.read_text("utf-8").split()}
    found = list(wheel_readings(arguments.wheels, wanted))
    found += installed_readings(wanted) if arguments.installed else []
    seen = whole_roots(collect(found))
    blocks = [("Read from file lists of wheels and installed packages.", seen)]
    listed: Readings = {}
    if arguments.pigar:
        unseen = wanted - {name for name, _ in found}  # a wheel without modules is an answer too
        rows = collect(pigar_readings(pigar_rows(arguments.pigar), unseen))
        listed = {name: versions[:1] for name, versions in rows.items()}
        label = " ".join(arguments.pigar.name.split("-")[:2])
        blocks.append((f"Top-level names only, from the module table of {label} (BSD-3-Clause).", listed))
    arguments.out.write_text(table(blocks), "utf-8")
    for name in sorted(wanted - set(seen) - set(listed)):
        print(f"not read: {name}", file=sys.stderr)
    print(f"{len(seen)} from files, {len(listed)} from pigar, of {len(wanted)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
