"""Which programs install packages, by which verbs, and which of their options take a value?

Tables only, read from the tools' own help: pip 26, uv 0.9, conda 25, mamba 2, poetry 2, pdm 2, pipenv 2025, pixi 0.5,
npm 11, yarn 1, pnpm 10, apt 3, apk 3, dnf 5. Options are named here without dashes.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Tool(NamedTuple):
    """A program that installs.

    `grammar` says how its packages are written: pep508, at (`name@version` too), conda, npm, apt, apk, rpm or files.
    `actions` are its verbs that install, of one or two words; `implied` is the action where no verb is written.
    `long` names short options, `values` the options that take a value. Of those, `packages` take one more package,
    `local` a project or a package in edit mode, `files` a file with requirements, in the role given.
    """

    name: str
    grammar: str
    actions: frozenset[str]
    long: Mapping[str, str] = MappingProxyType({})
    values: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()
    local: frozenset[str] = frozenset()
    files: Mapping[str, str] = MappingProxyType({})
    implied: str = ""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> Mapping[str, str]:
    halves = (pair.partition("=") for pair in text.split())
    return MappingProxyType({short: long for short, _, long in halves})


PIP = Tool(
    name="pip",
    grammar="pep508",
    actions=_words("install"),
    long=_pairs(
        "r=requirement c=constraint e=editable t=target i=index-url f=find-links U=upgrade q=quiet v=verbose"
        " I=ignore-installed C=config-settings b=build y=yes"
    ),
    values=_words(
        "requirement constraint build-constraint requirements-from-script group editable target platform python-version"
        " implementation abi root prefix src build upgrade-strategy config-settings config-setting global-option"
        " install-option no-binary only-binary progress-bar root-user-action report index-url extra-index-url"
        " find-links uploaded-prior-to use-feature use-deprecated proxy retries resume-retries timeout default-timeout"
        " exists-action trusted-host cert client-cert cache-dir log log-file keyring-provider python download-cache"
    ),
    local=_words("editable"),
    files=_pairs(
        "requirement=requirement constraint=constraint build-constraint=constraint requirements-from-script=requirement"
    ),
)
PIPX = Tool(
    name="pipx",
    grammar="pep508",
    actions=_words("install"),
    long=_pairs("i=index-url f=force e=editable q=quiet v=verbose"),
    values=_words("index-url pip-args python suffix preinstall"),
    packages=_words("preinstall"),
)
PIP_SYNC = Tool(
    name="pip-sync",
    grammar="files",
    actions=frozenset(),
    long=_pairs("a=ask n=dry-run f=find-links i=index-url q=quiet v=verbose"),
    values=_words(
        "find-links index-url extra-index-url trusted-host python-executable cert client-cert pip-args config"
    ),
    implied="sync",
)
UV = Tool(
    name="uv",
    grammar="at",
    actions=frozenset({"pip install", "pip sync", "add", "sync", "tool install", "run"}),
    long=_pairs(
        "r=requirement c=constraint e=editable b=build-constraint t=target p=python i=index-url f=find-links"
        " P=upgrade-package C=config-setting U=upgrade n=no-cache q=quiet v=verbose w=with"
        " requirements=requirement constraints=constraint overrides=override build-constraints=build-constraint"
    ),
    values=_words(
        "requirement constraint override exclude build-constraint editable extra no-extra group no-group only-group"
        " index default-index index-url extra-index-url find-links index-strategy keyring-provider upgrade-package"
        " resolution prerelease fork-strategy config-setting config-settings-package no-build-isolation-package"
        " exclude-newer exclude-newer-package link-mode reinstall-package refresh-package cache-dir python"
        " python-version python-platform target prefix torch-backend no-binary only-binary no-build-package"
        " no-binary-package project directory config-file allow-insecure-host color with with-requirements"
        " with-editable with-executables-from package no-install-package script-file branch tag rev bounds optional"
        " marker env-file output-format from"
    ),
    packages=_words("with"),
    local=_words("editable with-editable"),
    files=_pairs(
        "requirement=requirement constraint=constraint override=override build-constraint=constraint"
        " with-requirements=requirement"
    ),
)
CONDA = Tool(
    name="conda",
    grammar="conda",
    actions=frozenset({"install", "create", "env create", "env update"}),
    long=_pairs("n=name p=prefix c=channel f=file y=yes q=quiet v=verbose d=dry-run k=insecure r=root-prefix s=skip"),
    values=_words(
        "name prefix channel file solver experimental-solver clone repodata-fn platform subdir root-prefix revision"
        " rc-file extra-safety-checks environment-specifier env-spec category use-uv"
    ),
    files=_pairs("file=requirement"),
)
CONDA_LOCK = Tool(
    name="conda-lock",
    grammar="files",
    actions=_words("install"),
    long=_pairs("n=name p=prefix E=extras"),
    values=_words("name prefix conda extras log-level"),
)
PIXI = Tool(
    name="pixi",
    grammar="conda",
    actions=frozenset({"add", "install", "global install"}),
    long=_pairs("f=feature e=environment p=platform m=manifest-path c=channel g=git s=subdir q=quiet v=verbose"),
    values=_words(
        "feature environment platform manifest-path channel git branch tag rev subdir color expose with config"
    ),
)
POETRY = Tool(
    name="poetry",
    grammar="at",
    actions=_words("add install sync update"),
    long=_pairs("C=directory P=project E=extras G=group D=dev e=editable q=quiet v=verbose n=no-interaction"),
    values=_words("directory project extras group with without only source python platform markers"),
)
PDM = Tool(
    name="pdm",
    grammar="pep508",
    actions=_words("add install sync update"),
    long=_pairs("e=editable d=dev G=group L=lockfile p=project C=config-setting k=skip q=quiet v=verbose g=global"),
    values=_words("editable group lockfile project config-setting skip venv with without override config"),
    local=_words("editable"),
)
PIPENV = Tool(
    name="pipenv",
    grammar="pep508",
    actions=_words("install sync update"),
    long=_pairs("e=editable r=requirement i=index d=dev q=quiet v=verbose"),
    values=_words("editable requirement index extra-pip-args python categories pypi-mirror requirements"),
    local=_words("editable"),
    files=_pairs("requirement=requirement requirements=requirement"),
)
NPM = Tool(
    name="npm",
    grammar="npm",
    actions=_words("install i add ci clean-install"),
    long=_pairs("g=global D=save-dev S=save E=save-exact O=save-optional f=force w=workspace C=prefix y=yes s=silent"),
    values=_words("prefix registry cache tag workspace omit include loglevel only userconfig fetch-timeout"),
)
YARN = Tool(
    name="yarn",
    grammar="npm",
    actions=frozenset({"add", "install", "global add"}),
    long=_pairs("D=dev E=exact T=tilde O=optional P=peer W=ignore-workspace-root-check s=silent"),
    values=_words("cwd registry cache-folder network-timeout mutex modules-folder network-concurrency mode"),
    implied="install",
)
PNPM = Tool(
    name="pnpm",
    grammar="npm",
    actions=_words("add install i"),
    long=_pairs("g=global D=save-dev E=save-exact O=save-optional C=dir F=filter w=workspace-root r=recursive"),
    values=_words("dir filter registry store-dir reporter loglevel network-concurrency"),
)
APT = Tool(
    name="apt",
    grammar="apt",
    actions=_words("install"),
    long=_pairs(
        "y=yes q=quiet o=option t=target-release c=config-file f=fix-broken m=ignore-missing V=verbose-versions"
    ),
    values=_words("option target-release default-release config-file"),
)
APK = Tool(
    name="apk",
    grammar="apk",
    actions=_words("add"),
    long=_pairs("t=virtual X=repository p=root U=update-cache u=upgrade q=quiet v=verbose f=force"),
    values=_words("virtual repository root keys-dir repositories-file cache-dir cache-max-age arch wait"),
)
RPM = Tool(
    name="dnf",
    grammar="rpm",
    actions=_words("install"),
    long=_pairs("y=assumeyes q=quiet v=verbose c=config x=exclude d=debuglevel e=errorlevel"),
    values=_words("config exclude debuglevel errorlevel enablerepo disablerepo installroot releasever setopt repo"),
)

TOOLS: Mapping[str, Tool] = MappingProxyType(
    {
        "pip": PIP,
        "pipx": PIPX,
        "pip-sync": PIP_SYNC,
        "uv": UV,
        "conda": CONDA,
        "mamba": CONDA._replace(name="mamba"),
        "micromamba": CONDA._replace(name="micromamba"),
        "conda-lock": CONDA_LOCK,
        "pixi": PIXI,
        "poetry": POETRY,
        "pdm": PDM,
        "pipenv": PIPENV,
        "npm": NPM,
        "yarn": YARN,
        "pnpm": PNPM,
        "apt": APT,
        "apt-get": APT,
        "apk": APK,
        "yum": RPM._replace(name="yum"),
        "dnf": RPM,
        "microdnf": RPM,
    }
)
ECOSYSTEMS: Mapping[str, str] = MappingProxyType(
    {"conda": "conda", "npm": "npm", "apt": "system", "apk": "system", "rpm": "system"}
)
# Options that say where packages come from; PackageSource carries them under these names.
SOURCES = _words(
    "pre index-url extra-index-url find-links no-index trusted-host index default-index channel override-channels"
    " registry"
)
# Programs that start another one, and those of their options that take a value.
WRAPPERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "sudo": _words("u g h p C D R T user group host prompt chdir"),
        "env": _words("u C S unset chdir"),
        "exec": _words("a"),
        "xargs": _words("n P I L d E s a max-args max-procs delimiter arg-file"),
        "nice": _words("n"),
        "timeout": _words("k s kill-after signal"),
        "uvx": _words("from with p python index index-url w"),
        **dict.fromkeys(
            ("time", "nohup", "command", "builtin", "travis_retry", "travis_wait", "retry", "call"), frozenset()
        ),
    }
)
# `conda run -n x pip install …`: the tool's verb that starts another program, and the options of that verb.
RUNNERS: Mapping[str, Tool] = MappingProxyType(
    {
        "uv": UV,
        "poetry": POETRY,
        "pdm": PDM._replace(values=PDM.values - {"config-setting", "skip"} | {"site-packages"}),
        "pipenv": PIPENV,
        "pixi": PIXI,
        "pipx": PIPX._replace(values=PIPX.values | {"spec"}),
        "conda": CONDA._replace(values=CONDA.values | {"cwd"}),
        "mamba": CONDA._replace(values=CONDA.values | {"cwd"}),
        "micromamba": CONDA._replace(values=CONDA.values | {"cwd", "attach", "env"}),
    }
)
KEYWORDS = _words("if then else elif do while until { !")
SHELLS = _words("bash sh zsh dash ash ksh su")
