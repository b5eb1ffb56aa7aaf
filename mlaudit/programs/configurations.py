"""What do the configuration files that a program loads say under a key?"""

import posixpath
import re
from collections.abc import Iterable

from mlaudit.facts import Setting
from mlaudit.facts.place import Location
from mlaudit.values import GAP, UNKNOWN, Arguments, Asked, Known, Text, Thing, Value, either

INTERPOLATION = re.compile(r"\$\{[^}]*\}")
NAME = "a configuration"
LOADING = (
    "yaml.safe_load", "yaml.load", "yaml.full_load", "yaml.unsafe_load", "json.load", "json.loads", "toml.load",
    "omegaconf.OmegaConf.load", "hydra.compose", "hydra.initialize", "ruamel.yaml.YAML.load",
)  # fmt: skip


class Configurations:
    """The settings of all configuration files."""

    def __init__(self, settings: Iterable[Setting]) -> None:
        self._settings = list(settings)

    def loaded(self, at: Location) -> Value:
        """What a program has loaded: which file that is, code alone may not say."""
        return _at(self, (), at) if self._settings else UNKNOWN

    def find(self, keys: tuple[str, ...]) -> Value | None:
        """The value under some keys; of several files that nearest the root, which others are laid over. None where
        no file has it."""
        found = [setting for setting in self._settings if _is_under(setting, keys)]
        if not found:
            return None
        depth = min(setting.at.path.count("/") for setting in found)
        values = {setting.value for setting in found if setting.at.path.count("/") == depth}
        if None in values and len(values) > 1:
            return UNKNOWN
        if len(values) > 1 and all(isinstance(value, str) for value in values):
            return Asked(either(_value(str(value)) for value in sorted(map(str, values))), ".".join(keys))
        return Asked(_value(next(iter(values))), ".".join(keys))


def _value(value: str | int | bool | None) -> Value:
    """A scalar as a value; what is put into a text is a gap."""
    if isinstance(value, str) and "${" in value:
        return Text(INTERPOLATION.sub(GAP, value))
    return Known(value)


def _is_under(setting: Setting, keys: tuple[str, ...]) -> bool:
    """Whether a setting stands under some keys: those of its file, or those of the folder that a group is named by."""
    folder = posixpath.basename(posixpath.dirname(setting.at.path))
    return keys in (setting.keys, (folder, *setting.keys))


def _at(configurations: Configurations, keys: tuple[str, ...], at: Location) -> Thing:
    thing = Thing(NAME, Arguments(), at)
    thing.state["configurations"] = configurations
    thing.state["keys"] = keys
    return thing


def entry(owner: Thing, name: str) -> Value | None:
    """The entry of a loaded configuration: a value, or what lies deeper. None for any other object."""
    configurations: Configurations | None = owner.state.get("configurations")
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
