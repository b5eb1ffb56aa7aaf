"""What describes the machine of a program: a Dockerfile, .dockerignore and .python-version, from what is known of it?

Each line that says something of the repository is told where that was read. What nobody says is not guessed.
"""

import json
import posixpath
import shlex
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mlaudit.facts import File, Location, Lock, Manifest
from mlaudit.listed import Item
from mlaudit.patterns import pattern

VERSION = pattern(r"(?:==|~=)?\s*(3\.\d+(?:\.\d+)?)(?:\.\*)?")
IGNORED = (".git", ".venv", "**/__pycache__", "**/.ipynb_checkpoints", ".mypy_cache", ".pytest_cache", ".ruff_cache")
SCRIPT = "python "


class Container(NamedTuple):
    """The files by path, in order, and what is left to say to the user: why one is not written."""

    files: Mapping[str, str]
    told: tuple[str, ...] = ()


def container(
    files: Mapping[str, File],
    inventory: tuple[Item, ...],
    manifests: list[Manifest],
    locks: list[Lock],
    leads: str = "",
) -> Container:
    """The files of a repository whose requirements pip can install, for one Python that it names. `leads` is a line of
    requirements.txt that leads to another file, which would have to be there, too."""
    pythons = [(match[1], item) for item in _of(inventory, "python") if (match := VERSION.fullmatch(item.detail))]
    if not pythons:
        return Container({}, ("no Dockerfile: nothing names one Python (write .python-version, such as 3.12)",))
    if len({name.split(".")[1] for name, _ in pythons}) > 1:
        named = ", ".join(f"{name} ({_place(item.at)})" for name, item in pythons[:3])
        return Container({}, (f"no Dockerfile: several Pythons are named: {named}",))
    version, said = max(pythons, key=lambda pair: pair[0].count("."))
    told = [f"no {name}: it is there already" for name in ("Dockerfile", ".dockerignore") if name in files]
    written = {}
    if ".python-version" not in files and said.at.path != ".python-version":
        written[".python-version"] = f"{version}\n"
    if locks:
        told.append(f"no Dockerfile: `{locks[0].at.path}` is installed by its own tool, whose version nothing says")
    elif "Dockerfile" not in files and not (problem := leads or _problem(files, inventory, manifests)):
        written["Dockerfile"] = "\n".join(_dockerfile(version, said.at, inventory)) + "\n"
    elif "Dockerfile" not in files:
        told.append(f"no Dockerfile: {problem}")
    if ".dockerignore" not in files and ("Dockerfile" in written or "Dockerfile" in files):
        head = "# What git keeps for itself, and what tools fill.\n"
        written[".dockerignore"] = head + "".join(f"{each}\n" for each in IGNORED)
    return Container(written, tuple(told))


def _problem(files: Mapping[str, File], inventory: tuple[Item, ...], manifests: list[Manifest]) -> str:
    """Why no image can be described; "" where one can."""
    if "requirements.txt" not in files:
        found = manifests[0].at.path if manifests else "nothing"
        return f"requirements.txt is what pip installs, and {found} is what declares packages"
    cuda = {item.detail for item in _of(inventory, "cuda")}
    return f"two versions of CUDA are named ({', '.join(sorted(cuda))})" if len(cuda) > 1 else ""


def _dockerfile(version: str, at: Location, inventory: tuple[Item, ...]) -> Iterator[str]:
    yield f"# Python {version}: {_place(at)}. `docker buildx imagetools inspect` says the digest."
    yield "# mlaudit: ignore[ENV003] nothing in the repository says the digest"
    yield f"FROM python:{version}-slim"
    yield "WORKDIR /app"
    yield "# What is installed: requirements.txt, before the code, so that a change of code installs nothing anew."
    yield "COPY requirements.txt ./"
    yield "RUN pip install --no-cache-dir -r requirements.txt"
    for item in _of(inventory, "cuda")[:1]:
        yield f"# CUDA {item.detail}: {_place(item.at)}. The wheels bring its libraries, the host the driver."
    yield "COPY . ."
    programs = [item for item in _of(inventory, "program") if item.detail.startswith(SCRIPT)]
    trained = [item for item in programs if item.note] or programs
    if len(trained) == 1:
        yield f"# The program: {_place(trained[0].at)}, as the inventory of `mlaudit --output json=FILE` lists it."
        yield f"CMD {json.dumps(shlex.split(trained[0].detail))}"
    elif trained:
        yield f"# Several programs, and nothing says which one to run: {', '.join(each.detail for each in trained[:5])}"


def _of(inventory: tuple[Item, ...], kind: str) -> list[Item]:
    return [item for item in inventory if item.kind == kind]


def _place(at: Location) -> str:
    return f"{posixpath.normpath(at.path)}:{at.line}"
