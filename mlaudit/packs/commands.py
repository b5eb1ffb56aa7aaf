"""What do `mlaudit rule test` and `mlaudit rule new` do?"""

import os
import tempfile
from pathlib import Path

from mlaudit.catalogue import catalogue
from mlaudit.config import Config, UsageError
from mlaudit.packs.reading import NAME, pack
from mlaudit.reports.text import count

TEMPLATE = '''id = "{id}"
name = "{name}"
level = "warning"
confidence = "high"
title = "{title}"
passed = "No call of `numpy.load` reads pickled objects"
message = "`{{name}}` is told to read pickled objects."
rationale = "Why should a reader care?"
fix = "What is to be done?"

[match]
call = "numpy.load"
with.allow_pickle = {{ equals = true, position = 2 }}

[[examples]]
about = "the argument, by name and by place"
bad."a.py" = """
import numpy as np

np.load("a.npy", allow_pickle=True)
np.load("a.npy", None, True)
"""
flags = ["np.load", "np.load"]

[[examples]]
about = "left out, or false"
good."a.py" = """
import numpy as np

np.load("a.npy")
np.load("a.npy", allow_pickle=False)
"""
'''


def test(folders: list[str], config: Config, root: str) -> tuple[str, bool]:
    """What becomes of the examples of packs, those of the configuration where none is named; and whether all hold."""
    from mlaudit.examples import tried

    folders = folders or list(config.rule_packs)
    if not folders:
        raise UsageError("rule test: name the folder of a pack, or set `rule-packs`")
    known = tuple(os.path.realpath(folder) for folder in (*config.rule_packs, *folders))
    every = catalogue(config._replace(rule_packs=known), root)  # ids and names that clash are refused
    rules = [rule for folder in dict.fromkeys(map(os.path.realpath, folders)) for rule in pack(folder)]
    with tempfile.TemporaryDirectory(prefix="mlaudit-") as place:
        text, is_well = tried(rules, every, Path(place))
    return (
        f"{text}{count(len(rules), 'rule')}, {'all examples hold' if is_well else 'some examples do not hold'}\n",
        is_well,
    )


def new(path: str, config: Config, root: str) -> str:
    """Write a rule to begin with, which holds as it is; never over another."""
    name = os.path.basename(path).removesuffix(".toml")
    if not NAME.fullmatch(name) or not path.endswith(".toml"):
        raise UsageError("rule new: name the file to write, such as our-rules/house/pickled-array.toml")
    family = os.path.basename(os.path.dirname(os.path.abspath(path)))
    rules = catalogue(config, root)
    taken = {rule.id for rule in rules}
    prefix = "".join(filter(str.isalpha, family)).upper()[:3].ljust(3, "X")
    prefix = f"{prefix}X" if any(rule.id[:-3] == prefix for rule in rules if not rule.is_own) else prefix
    number = next(n for n in range(1, 1000) if f"{prefix}{n:03}" not in taken)
    text = TEMPLATE.format(id=f"{prefix}{number:03}", name=name, title=name.replace("-", " ").capitalize())
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"rule new: `{path}` cannot be written: {error.strerror}") from None
    return f"wrote {path}: change it, then run `mlaudit rule test {os.path.dirname(os.path.dirname(path)) or '.'}`\n"
