"""What does a repository say? Frozen records of what was read, and the Repo that holds them.

Facts are readings, never verdicts. Each is a named tuple: it is made several times faster than a
frozen dataclass, it cannot be changed, and importing it costs nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from mlaudit.facts.automation import Command, Readme, ResultTable, Target
from mlaudit.facts.cells import Cell
from mlaudit.facts.code import Code, EntryPoint, Import, OldPython, Script, SearchPath
from mlaudit.facts.data import (
    CatalogEntry,
    LockedFile,
    LockedStage,
    LockedValue,
    Parameter,
    ParameterReference,
    Pointer,
    Recipe,
    Remote,
    Stage,
    TrackingRule,
    Written,
)
from mlaudit.facts.environment import (
    ActionRef,
    Build,
    ContainerCommand,
    ContextRule,
    Copy,
    IgnorePattern,
    ImageRef,
    Kernel,
    PythonVersion,
    Setting,
    Submodule,
    Upgrade,
    Variable,
)
from mlaudit.facts.packages import (
    Comparison,
    Distribution,
    Include,
    InputDigest,
    InstallCommand,
    Lock,
    LockedPackage,
    MachinePath,
    Manifest,
    Member,
    PackageFile,
    PackageSource,
    Requirement,
    canonical,
)
from mlaudit.facts.place import File, Location, Unreadable
from mlaudit.facts.silence import RuleName, SuppressedRule, Suppression
from mlaudit.facts.transfers import Told, Transfer

Fact = (
    Requirement
    | Include
    | PackageSource
    | Manifest
    | Distribution
    | InputDigest
    | Lock
    | InstallCommand
    | PackageFile
    | MachinePath
    | PythonVersion
    | ImageRef
    | Build
    | Upgrade
    | ActionRef
    | Copy
    | ContainerCommand
    | ContextRule
    | Submodule
    | Kernel
    | Cell
    | IgnorePattern
    | Setting
    | Import
    | SearchPath
    | OldPython
    | Script
    | Code
    | EntryPoint
    | Transfer
    | Told
    | Pointer
    | CatalogEntry
    | Recipe
    | Stage
    | LockedStage
    | Remote
    | TrackingRule
    | Parameter
    | Variable
    | Command
    | Target
    | Readme
    | ResultTable
    | Unreadable
    | Suppression
    | SuppressedRule
)
KINDS: tuple[type, ...] = Fact.__args__
FactType = TypeVar("FactType", bound=Fact)
View = TypeVar("View")
Digest = Callable[[str, str], str]


class Repo:
    """All facts of one repository, by kind, and the views that were asked of it.

    `kind` is "application" or "library" where the configuration says so, else "". `large` is the size in
    bytes above which a file counts as large. `digest(path, algorithm)` is the md5,
    md5-dos2unix or md5-other-ends of a file, computed when it is asked for; "" where it cannot be had.
    """

    def __init__(
        self,
        files: Mapping[str, File],
        facts: Iterator[Fact],
        *,
        is_git: bool = False,
        kind: str = "",
        large: int = 5_000_000,
        digest: Digest = lambda path, algorithm: "",
    ) -> None:
        self.files = files
        self.is_git = is_git
        self.kind = kind
        self.large = large
        self.digest = digest
        self._facts: dict[type, list[Any]] = {}
        self._views: dict[Callable[..., Any], Any] = {}
        for fact in facts:
            self._facts.setdefault(type(fact), []).append(fact)

    def all(self, kind: type[FactType]) -> list[FactType]:
        """Every fact of a kind, in order of path and place."""
        return self._facts.get(kind, [])

    def with_code(self, codes: Iterable[Code]) -> "Repo":
        """The same repository with other code in some of its files; no view of it is known yet."""
        changed = {code.at.path: code for code in codes}
        found = Repo(self.files, iter(()), is_git=self.is_git, kind=self.kind, large=self.large, digest=self.digest)
        code = [changed.pop(each.at.path, each) for each in self.all(Code)]
        found._facts = {**self._facts, Code: code}
        return found

    def view(self, build: "Callable[[Repo], View]") -> View:
        """What `build` makes of this repository, computed once."""
        if build not in self._views:
            self._views[build] = build(self)
        found: View = self._views[build]
        return found


__all__ = [
    "KINDS",
    "ActionRef",
    "Build",
    "CatalogEntry",
    "Cell",
    "Code",
    "Command",
    "Comparison",
    "ContainerCommand",
    "ContextRule",
    "Copy",
    "Digest",
    "Distribution",
    "EntryPoint",
    "Fact",
    "FactType",
    "File",
    "IgnorePattern",
    "ImageRef",
    "Import",
    "Include",
    "InputDigest",
    "InstallCommand",
    "Kernel",
    "Location",
    "Lock",
    "LockedFile",
    "LockedPackage",
    "LockedStage",
    "LockedValue",
    "MachinePath",
    "Manifest",
    "Member",
    "OldPython",
    "PackageFile",
    "PackageSource",
    "Parameter",
    "ParameterReference",
    "Pointer",
    "PythonVersion",
    "Readme",
    "Recipe",
    "Remote",
    "Repo",
    "Requirement",
    "ResultTable",
    "RuleName",
    "Script",
    "SearchPath",
    "Setting",
    "Stage",
    "Submodule",
    "SuppressedRule",
    "Suppression",
    "Target",
    "Told",
    "TrackingRule",
    "Transfer",
    "Unreadable",
    "Upgrade",
    "Variable",
    "View",
    "Written",
    "canonical",
]
