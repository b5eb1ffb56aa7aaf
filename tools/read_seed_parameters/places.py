"""Where does a library stand: in which environment, or in which wheel or source archive?"""

from __future__ import annotations

import re
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ENDS = (".py", ".pyi")
VERSION_IN_WHEEL = re.compile(r"^[^-]+-([^-]+)(?:-|\.tar)")


def site_packages(python: Path) -> Path:
    """The folder into which an environment installs."""
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(subprocess.run([python, "-I", "-c", asked], capture_output=True, text=True, check=True).stdout.strip())


def installed_version(packages: Path, distribution: str) -> str | None:
    """The version of a distribution in an environment; None where it is not installed."""
    wanted = _plain(distribution)
    for folder in packages.glob("*.dist-info"):
        name, _, version = folder.name.removesuffix(".dist-info").rpartition("-")
        if _plain(name) == wanted:
            return version
    return None


def archive_of(folder: Path, distribution: str) -> Path | None:
    """The newest wheel or source archive of a distribution in a folder."""
    files = (path for path in folder.iterdir() if _plain(re.split(r"-\d", path.name)[0]) == _plain(distribution))
    return max(files, default=None)


def archive_version(archive: Path) -> str:
    """The version that the name of a wheel or source archive gives."""
    found = VERSION_IN_WHEEL.match(archive.name)
    return found[1] if found else "?"


def texts_in_folder(packages: Path, module: str) -> dict[str, str]:
    """Sources of a module by path below the folder of packages; stubs join the files beside them."""
    top = packages / module
    single = packages / f"{module}.py"
    paths = sorted(top.rglob("*.py*")) if top.is_dir() else [single]
    return {
        path.relative_to(packages).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in paths
        if path.suffix in ENDS
    }


def texts_in_archive(archive: Path, module: str) -> dict[str, str]:
    """Sources of a module by path from its top-level folder on."""
    found = {}
    for path, content in _members(archive):
        parts = path.split("/")
        start = next((at for at in range(min(3, len(parts))) if parts[at] == module), None)
        if start is not None and path.endswith(ENDS):
            found["/".join(parts[start:])] = content.decode("utf-8", errors="replace")
    return found


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                if name.endswith(ENDS):
                    yield name, opened.read(name)
        return
    with tarfile.open(archive) as packed:
        for member in packed:
            stream = packed.extractfile(member) if member.isfile() and member.name.endswith(ENDS) else None
            if stream:
                yield member.name, stream.read()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
