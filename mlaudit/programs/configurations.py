"""What do the configuration files that a program loads say under a key?"""

import posixpath
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from mlaudit.facts import Setting
from mlaudit.facts.place import Location
from mlaudit.programs import compositions, interpolations
from mlaudit.programs.compositions import Composition
from mlaudit.programs.texts import text_of
from mlaudit.values import UNKNOWN, Arguments, Asked, Known, Thing, Value, either

Keys = tuple[str, ...]

NAME = "a configuration"
LOADING = (
    "yaml.safe_load", "yaml.load", "yaml.full_load", "yaml.unsafe_load", "json.load", "json.loads", "toml.load",
    "toml.loads", "tomllib.load", "tomllib.loads", "tomli.load", "tomli.loads", "tomlkit.load", "tomlkit.parse",
    "rtoml.load", "omegaconf.OmegaConf.load", "hydra.initialize", "ruamel.yaml.YAML.load",
)  # fmt: skip
# What gives back the configuration that it is given.
KEEPING = ("omegaconf.OmegaConf.create", "omegaconf.OmegaConf.to_container", "omegaconf.OmegaConf.structured")


class Source(Protocol):
    """What has settings under keys."""

    def find(self, keys: Keys) -> Value | None:
        """The value under some keys; None where there is none."""


class Configurations:
    """The settings of all configuration files."""

    def __init__(self, settings: Iterable[Setting], paths: Iterable[str] = ()) -> None:
        self._settings = list(settings)
        self._paths = paths
        self._by_keys: dict[Keys, list[Setting]] | None = None
        self._by_file: dict[str, list[Setting]] | None = None
        self._found: dict[Keys, Value | None] = {}
        self._pending: set[Keys] = set()

    def loaded(self, at: Location, name: Value | None = None) -> Value:
        """What a program has loaded: the file that it names, or whichever that is, where code alone does not say."""
        if (file := self._file(text_of(name))) is not None:
            return _at(self._within(file), (), at)
        return _at(self, (), at) if self._settings else UNKNOWN

    def composed(self, at: Location, arguments: Arguments) -> Value:
        """What `hydra.main` gives the function that it decorates."""
        folder, name = text_of(arguments.get("config_path", 0)) or "", text_of(arguments.get("config_name", 1)) or ""
        if folder.endswith((".yaml", ".yml")):  # as before Hydra 1.0
            folder, name = posixpath.split(folder)
        root = posixpath.normpath(posixpath.join(posixpath.dirname(at.path), folder)).removeprefix(".")
        found = compositions.composed(self._files(), root, name) if name else None
        return self.loaded(at) if found is None else _at(self._composition(found), (), at)

    def asked_to_compose(self, at: Location, arguments: Arguments) -> Value:
        """What `hydra.compose` gives: where nothing is changed, what the one file of that name is put together to."""
        name = text_of(arguments.get("config_name", 0))
        named = [path for path in self._files() if name and re.search(rf"(?:^|/){re.escape(name)}\.ya?ml$", path)]
        if len(named) != 1 or arguments.get("overrides", 1) is not None:
            return self.loaded(at)
        folder, file = posixpath.split(named[0])
        found = compositions.composed(self._files(), folder, file)
        return self.loaded(at) if found is None else _at(self._composition(found), (), at)

    def _composition(self, found: Composition) -> Source:
        return _Within(found.settings.get, _nowhere if found.is_whole else self.find)

    def _within(self, file: str) -> Source:
        return _Within(partial(self.of_file, file), self.find)

    def find(self, keys: Keys) -> Value | None:
        """The value under some keys; of several files that nearest the root, which others are laid over. None where
        no file has it."""
        if keys not in self._found:
            if keys in self._pending or len(self._pending) > interpolations.DEEPEST:
                return UNKNOWN  # settings that name one another
            self._pending.add(keys)
            self._found[keys] = self._find(keys)
            self._pending.discard(keys)
        return self._found[keys]

    def _find(self, keys: Keys) -> Value | None:
        found = self._keyed().get(keys, ())
        if not found:
            return None
        depth = min(setting.at.path.count("/") for setting in found)
        nearest = {setting.value: setting for setting in found if setting.at.path.count("/") == depth}
        if None in nearest and len(nearest) > 1:
            return UNKNOWN
        name = ".".join(keys)
        if len(nearest) > 1 and all(isinstance(value, str) for value in nearest):
            return Asked(either(self.worth(nearest[value]) for value in sorted(map(str, nearest))), name)
        return Asked(self.worth(next(iter(nearest.values()))), name)

    def worth(self, setting: Setting) -> Value:
        """A scalar as a value; what it names in `${…}` is looked for in its own file first."""
        if not isinstance(setting.value, str) or "${" not in setting.value:
            return Known(setting.value)
        return interpolations.resolved(setting.value, setting.keys, self._within(setting.at.path).find)

    def of_file(self, path: str, keys: Keys) -> Setting | None:
        """The setting of a file under its own keys, or those below the folder that a group is named by."""
        folder = posixpath.basename(posixpath.dirname(path))
        inner = keys[1:] if keys[:1] == (folder,) else keys
        listed = self._files().get(path, ())
        return next((each for each in listed if each.keys == keys), None) or next(
            (each for each in listed if each.keys == inner), None
        )

    def _file(self, text: str | None) -> str | None:
        """The one file with settings that a text may name."""
        if not text:
            return None
        ending = posixpath.normpath(text.replace("\\", "/")).lstrip("./")
        listed = {setting.at.path for setting in self._settings}
        found = [path for path in listed if path == ending or path.endswith(f"/{ending}")]
        return found[0] if len(found) == 1 else None

    def _files(self) -> dict[str, list[Setting]]:
        if self._by_file is None:
            self._by_file = {path: [] for path in self._paths if path.endswith((".yaml", ".yml"))}
            for setting in self._settings:
                self._by_file.setdefault(setting.at.path, []).append(setting)
        return self._by_file

    def _keyed(self) -> dict[Keys, list[Setting]]:
        """The settings of which programs ask: by their keys, and below the folder that a group is named by."""
        if self._by_keys is None:
            self._by_keys = {}
            for setting in self._settings:
                if not setting.is_aside:
                    folder = posixpath.basename(posixpath.dirname(setting.at.path))
                    self._by_keys.setdefault(setting.keys, []).append(setting)
                    self._by_keys.setdefault((folder, *setting.keys), []).append(setting)
        return self._by_keys


class _Within:
    """Settings of which each is found by its keys; what they do not have may stand elsewhere."""

    def __init__(self, setting: Callable[[Keys], Setting | None], elsewhere: Callable[[Keys], Value | None]) -> None:
        self._setting = setting
        self._elsewhere = elsewhere
        self._pending: set[Keys] = set()

    def find(self, keys: Keys) -> Value | None:
        setting = self._setting(keys)
        if setting is None:
            return self._elsewhere(keys)
        if keys in self._pending or len(self._pending) > interpolations.DEEPEST:
            return UNKNOWN  # settings that name one another
        self._pending.add(keys)
        value: Value = Known(setting.value)
        if isinstance(setting.value, str) and "${" in setting.value:
            value = interpolations.resolved(setting.value, keys, self.find)
        self._pending.discard(keys)
        return Asked(value, ".".join(keys))


def _nowhere(keys: Keys) -> None:
    """What is put together whole has nothing else."""


def _at(configurations: Source, keys: Keys, at: Location) -> Thing:
    thing = Thing(NAME, Arguments(), at)
    thing.state["configurations"] = configurations
    thing.state["keys"] = keys
    return thing


def entry(owner: Thing, name: str) -> Value | None:
    """The entry of a loaded configuration: a value, or what lies deeper. None for any other object."""
    configurations: Source | None = owner.state.get("configurations")
    if configurations is None:
        return None
    keys = (*owner.state["keys"], name)
    found = configurations.find(keys)
    return _at(configurations, keys, owner.at) if found is None else found


def method(owner: Thing, name: str, arguments: Arguments) -> Value | None:
    """`get` and what gives the configuration itself; None for any other object."""
    if "configurations" not in owner.state:
        return None
    first = arguments.positional[0] if arguments.positional else None
    if name.rpartition(".")[2] in ("get", "pop") and isinstance(first, Known):
        keys = (*owner.state["keys"], *name.split(".")[:-1], str(first.value))
        found: Value | None = owner.state["configurations"].find(keys)
        default = arguments.positional[1] if len(arguments.positional) > 1 else UNKNOWN
        return found or default
    return owner if name in ("copy", "items", "to_dict") else UNKNOWN


def kept(name: str, arguments: Arguments) -> Value | None:
    """What gives a configuration as it is given; None for any other call."""
    first = arguments.positional[0] if arguments.positional else None
    return first if name in KEEPING and isinstance(first, Thing) and "configurations" in first.state else None
