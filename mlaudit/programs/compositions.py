"""Which settings does Hydra put together from a file and the groups that its defaults list names?

As Hydra 1.3 composes them without overrides from the command line; its own settings are left out.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mlaudit.facts import Setting

Keys = tuple[str, ...]
Files = Mapping[str, Sequence[Setting]]
DEFAULTS, PACKAGE, SELF = "defaults", "@package", "_self_"
DEEPEST = 20  # files that name one another


class Composition(NamedTuple):
    """The settings by their keys from the root, and whether every file of the defaults lists was found."""

    settings: dict[Keys, Setting]
    is_whole: bool


class _Chosen(NamedTuple):
    """An entry of a defaults list: the file of an option of a group, and where its settings go."""

    file: str
    package: Keys
    is_optional: bool = False


def composed(files: Files, root: str, name: str) -> Composition | None:
    """What the file `name` below the folder `root` is put together to; None where it is not there."""
    primary = _existing(files, posixpath.join(root, name))
    if primary is None:
        return None
    state = _State(files, root)
    state.choose(primary)
    state.add(primary, ())
    return Composition(state.settings, state.is_whole)


class _State:
    """What was put together so far."""

    def __init__(self, files: Files, root: str) -> None:
        self.files = files
        self.root = root
        self.settings: dict[Keys, Setting] = {}
        self.overrides: dict[str, str] = {}
        self.is_whole = True

    def choose(self, file: str, depth: int = 0) -> None:
        """Note which options files choose for groups of others, the last of a list first: that is how they win."""
        listed = list(_listed(self.files[file]))
        for group, other in _overrides(listed):
            self.overrides.setdefault(_absolute(self, file, group), other)
        for group, option in reversed(listed):
            if option != SELF and depth < DEEPEST and not group.startswith("override "):
                chosen = _chosen(self, file, (), group, option)
                if chosen and (found := _existing(self.files, chosen.file)) is not None:
                    self.choose(found, depth + 1)

    def add(self, file: str, package: Keys, depth: int = 0) -> None:
        """Lay a file over what is there, with what its defaults list names before and after it."""
        own = self.files[file]
        package = _own_package(own, package)
        listed = list(_listed(own))
        if not any(entry[1] == SELF for entry in listed):
            listed.append(("", SELF))
        for group, option in listed:
            if option == SELF:
                plain = (each for each in own if not _is_listed(each) and each.keys[0] != PACKAGE)
                self.settings.update({(*package, *each.keys): each for each in plain})
            elif depth < DEEPEST and not group.startswith("override "):
                self._add_listed(file, package, group, option, depth)

    def _add_listed(self, file: str, package: Keys, group: str, option: object, depth: int) -> None:
        chosen = _chosen(self, file, package, group, option)
        if chosen is None:
            return
        if (found := _existing(self.files, chosen.file)) is not None:
            self.add(found, chosen.package, depth + 1)
        elif not chosen.is_optional:
            self.is_whole = False


def _chosen(state: _State, file: str, package: Keys, group: str, option: object) -> _Chosen | None:
    """What an entry names; None for one that is off or Hydra's own."""
    is_optional = group.startswith("optional ")
    group, _, at = group.removeprefix("optional ").strip().partition("@")
    folder = posixpath.dirname(file)
    if not group:  # a file beside
        name = str(option)
        path = posixpath.join(state.root, name.lstrip("/")) if name.startswith("/") else posixpath.join(folder, name)
        return _Chosen(path, (*package, *name.strip("/").split("/")[:-1]))
    absolute = _absolute(state, file, group)
    option = state.overrides.get(absolute, option)
    if option is None or absolute.startswith("hydra"):
        return None
    below = (at or group.strip("/").replace("/", ".")).split(".")
    keys = {"_global_": (), "_here_": package}.get(at, (*package, *below))
    return _Chosen(posixpath.join(state.root, absolute, str(option)), keys, is_optional)


def _absolute(state: _State, file: str, group: str) -> str:
    """A group from the folder of all: as it is written with a slash, else below the group of the file."""
    if group.startswith("/"):
        return group.strip("/")
    own = posixpath.relpath(posixpath.dirname(file) or ".", state.root or ".")
    return posixpath.normpath(posixpath.join(own, group))


def _listed(own: Sequence[Setting]) -> Iterator[tuple[str, object]]:
    """The entries of a file's defaults list: group and option; "" for the group of a file alone."""
    for each in own:
        if _is_listed(each):
            yield (each.keys[2] if len(each.keys) > 2 else "", each.value)


def _is_listed(setting: Setting) -> bool:
    return setting.keys[0] == DEFAULTS and len(setting.keys) > 1 and setting.keys[1].isdigit()


def _overrides(listed: Sequence[tuple[str, object]]) -> Iterator[tuple[str, str]]:
    for group, option in listed:
        if group.startswith("override ") and option is not None:
            yield group.removeprefix("override ").strip(), str(option)


def _own_package(own: Sequence[Setting], package: Keys) -> Keys:
    """Where a file itself says that its settings go."""
    said = next((str(each.value) for each in own if each.keys == (PACKAGE,)), "")
    match said:
        case "" | "_group_" | "_here_":
            return package
        case "_global_":
            return ()
    return tuple(said.removeprefix("_global_.").split("."))


def _existing(files: Files, path: str) -> str | None:
    path = posixpath.normpath(path)
    return next((each for each in (path, f"{path}.yaml", f"{path}.yml") if each in files), None)
