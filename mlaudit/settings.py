"""Which settings are there? The configuration, its schema and its help all come from this one table."""

from typing import NamedTuple

LEVELS = ("note", "warning", "error")
CONFIDENCES = ("low", "medium", "high")


class Setting(NamedTuple):
    """A key of [tool.mlaudit]. `form` is strings, choice, number, text, ignores, per-file or levels."""

    name: str
    form: str
    about: str
    example: str
    choices: tuple[str, ...] = ()
    default: str = ""

    @property
    def field(self) -> str:
        """The name of the field of Config."""
        return self.name.replace("-", "_")


SELECTORS = "ids, names, prefixes of ids or families of rules, or ALL"
SETTINGS = (
    Setting("extend", "text", "another file, which holds wherever this one says nothing", 'extend = "../mlaudit.toml"'),
    Setting(
        "select",
        "strings",
        f"the rules that run: {SELECTORS}",
        'select = ["dependencies", "RNG001"]',
        (),
        "all that are on",
    ),
    Setting("ignore", "strings", f"rules that do not run: {SELECTORS}", 'ignore = ["REQ012"]', (), "none"),
    Setting(
        "extend-select", "strings", f"rules that run besides: {SELECTORS}", 'extend-select = ["MLA006"]', (), "none"
    ),
    Setting(
        "exclude",
        "strings",
        "gitignore patterns of files that are not read, instead of the defaults",
        'exclude = ["docs/"]',
        (),
        "folders that tools fill",
    ),
    Setting(
        "extend-exclude",
        "strings",
        "gitignore patterns of files that are not read, besides",
        'extend-exclude = ["examples/"]',
        (),
        "none",
    ),
    Setting(
        "fail-on",
        "choice",
        "the lowest level of a finding with which the exit code is 1",
        'fail-on = "warning"',
        (*LEVELS, "never"),
        "error",
    ),
    Setting(
        "min-confidence",
        "choice",
        "findings below it are counted, no more",
        'min-confidence = "high"',
        CONFIDENCES,
        "medium",
    ),
    Setting(
        "kind",
        "choice",
        "what the project is; libraries may keep ranges",
        'kind = "application"',
        ("application", "library"),
        "as the metadata say",
    ),
    Setting(
        "large-file-mb",
        "number",
        "the size above which data and models do not belong in git",
        "large-file-mb = 20",
        (),
        "5",
    ),
    Setting(
        "ignores",
        "ignores",
        "findings that are meant to be, where no comment can stand",
        '[[ignores]]\nrule = "REQ003"\npath = "uv.lock"\nreason = "made by the template"',
        (),
        "none",
    ),
    Setting(
        "per-file-ignores",
        "per-file",
        f"patterns of files, and the rules that are silenced in them: {SELECTORS}",
        '[per-file-ignores]\n"examples/" = ["randomness"]',
        (),
        "none",
    ),
    Setting(
        "levels",
        "levels",
        "rules, and the level of their findings",
        '[levels]\nREQ012 = "note"',
        LEVELS,
        "as each rule says",
    ),
    Setting(
        "rule-packs",
        "strings",
        "folders of rules of your own, relative to this file",
        'rule-packs = ["./our-rules"]',
        (),
        "none",
    ),
    Setting(
        "plugins",
        "strings",
        "the plug-ins whose rules run; each must be installed",
        'plugins = ["acme"]',
        (),
        "all that are installed",
    ),
    Setting(
        "baseline",
        "text",
        "the file of the findings that are known already",
        'baseline = "ci/known.json"',
        (),
        ".mlaudit-baseline.json, where there is one",
    ),
    Setting(
        "extend-safe-fixes",
        "strings",
        f"rules whose unsafe fixes are applied with the safe ones: {SELECTORS}",
        'extend-safe-fixes = ["unsorted-listing"]',
        (),
        "none",
    ),
    Setting(
        "extend-unsafe-fixes",
        "strings",
        f"rules whose fixes are applied only with --unsafe-fixes: {SELECTORS}",
        'extend-unsafe-fixes = ["REQ001"]',
        (),
        "none",
    ),
    Setting(
        "unfixable",
        "strings",
        f"rules whose findings are for people to mend: {SELECTORS}",
        'unfixable = ["dependencies"]',
        (),
        "none",
    ),
)
BY_FIELD = {setting.field: setting for setting in SETTINGS}
# The keys of an entry of `ignores`, and what they mean.
IGNORES = {
    "rule": "the id or name of a rule, or several",
    "path": "a gitignore pattern of files, from the root",
    "reason": "why the finding is meant to be",
    "until": "the date after which it counts again, YYYY-MM-DD",
    "text": "what the message or the line of the finding must hold",
}
