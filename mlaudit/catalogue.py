"""Which rules has a run: ours, those of packs and of plug-ins, and which of them does the user want?"""

import os

from mlaudit import rulebook
from mlaudit.config import Config, UsageError, nearest
from mlaudit.findings import Rule


def catalogue(config: Config, root: str) -> list[Rule]:
    """Every rule, by id. Raises UsageError for a pack that is not well formed, and for ids and names that clash."""
    ours = rulebook.load()
    own = [*_of_packs(config), *_of_plugins(config, root)]
    if not own:
        return ours
    _check(ours, own)
    return sorted((*ours, *own), key=lambda rule: rule.id)


def chosen(config: Config, root: str) -> list[Rule]:
    """The rules that run. Raises UsageError for a selector that names none."""
    rules = catalogue(config, root)
    named = [name for entry in config.ignores for name in entry.rules] + [name for name, _ in config.levels]
    try:
        fixes = (config.extend_safe_fixes, config.extend_unsafe_fixes, config.unfixable)
        for selectors in (*(found for _, found in config.per_file_ignores), tuple(named), *fixes):
            rulebook.select(rules, selectors, ())
        return rulebook.select(rules, config.select, config.ignore, config.extend_select)
    except LookupError as error:
        known = [word for rule in rules for word in (rule.id, rule.name, rule.family)]
        raise UsageError(f"no rule is called `{error.args[0]}`{nearest(error.args[0], known)}") from None


def _of_packs(config: Config) -> list[Rule]:
    if not config.rule_packs:
        return []
    from mlaudit.packs.reading import pack

    return [rule for folder in dict.fromkeys(map(os.path.realpath, config.rule_packs)) for rule in pack(folder)]


def _of_plugins(config: Config, root: str) -> list[Rule]:
    if config.plugins == ():
        return []
    from mlaudit.packs.installed import installed

    found = list(installed(root))
    if not found and config.plugins is None:
        return []
    from mlaudit.packs import plugins

    return plugins.rules(found, config.plugins, root)


def _check(ours: list[Rule], own: list[Rule]) -> None:
    """Ids and names are those of one rule, and no prefix of ours is another's: a later rule of ours might take it."""
    prefixes = {rule.id[:3]: rule.family for rule in ours}
    taken = {word: rule for rule in ours for word in (rule.id, rule.name)}
    families = {rule.family for rule in (*ours, *own)}
    for rule in own:
        if rule.id[:-3] in prefixes:
            raise UsageError(f"{rule.path}: `id`: {rule.id[:-3]} is what ids of mlaudit's own rules begin with")
        for word in dict.fromkeys((rule.id, rule.name)):
            if word in taken and taken[word] is not rule:
                raise UsageError(f"{rule.path}: `{word}` is a rule of {taken[word].path} already")
            taken[word] = rule
        if rule.name in families and rule.name != rule.family:
            raise UsageError(f"{rule.path}: `{rule.name}` is the name of a family")
