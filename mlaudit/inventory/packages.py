"""Which Pythons, which CUDA and which frameworks does a repository name, in which versions?"""

from collections.abc import Iterator

from mlaudit.containers.references import reference
from mlaudit.facts import ImageRef, Import, Lock, PackageSource, PythonVersion, Repo, Requirement
from mlaudit.facts.place import Location
from mlaudit.knowledge import cuda as known
from mlaudit.knowledge.inventory import is_framework
from mlaudit.knowledge.layout import is_test
from mlaudit.listed import Item
from mlaudit.machines.cudas import described
from mlaudit.resolution.pins import compared, pypi_name, specifier


def pythons(repo: Repo) -> Iterator[Item]:
    """Each statement on the Python that is meant, with where it stands."""
    for version in repo.all(PythonVersion):
        if version.origin not in ("classifier", "readme"):
            asked = [version.comparisons, *version.choices]
            text = " or ".join(dict.fromkeys(filter(None, map(compared, asked))))
            if text:
                yield Item("Python", text, version.at, version.origin)


def cuda(repo: Repo) -> Iterator[Item]:
    """Each version of CUDA that an image, a requirement or the address of an index names."""
    for image in repo.all(ImageRef):
        if version := known.of_image(reference(image)):
            yield Item("CUDA", described(version), image.at, image.name)
    for requirement in repo.all(Requirement):
        text = specifier(requirement)
        if text and known.is_one_of(requirement.name, "conda"):
            yield Item("CUDA", text, requirement.at, requirement.name)
        elif version := known.of_build(text.partition("+")[2]):
            yield Item("CUDA", described(version), requirement.at, requirement.name)
    for source in repo.all(PackageSource):
        if version := known.of_build(source.value):
            yield Item("CUDA", described(version), source.at, "package index")


def frameworks(repo: Repo) -> Iterator[Item]:
    """The frameworks that requirements name or code imports: the locked version, else what is asked for."""
    asked: dict[str, Requirement] = {}
    for requirement in repo.all(Requirement):
        asked.setdefault(pypi_name(requirement), requirement)
    locked = {package.name: (package.version, lock.at) for lock in repo.all(Lock) for package in lock.packages}
    imported = {fact.module.partition(".")[0]: fact for fact in reversed(repo.all(Import)) if _is_needed(fact)}
    for name in sorted({*asked, *locked}):
        if is_framework(name) and (name in asked or _is_imported(name, imported)):
            yield _framework(name, asked.get(name), locked.get(name))
    named = {*asked, *locked}
    for module, fact in sorted(imported.items()):
        if is_framework(module) and not named & _names(module):
            yield Item(module, "", fact.at, "imported, and declared nowhere")


def _is_needed(fact: Import) -> bool:
    return fact.condition not in ("optional", "typing") and not is_test(fact.at.path)


def _framework(name: str, asked: Requirement | None, locked: tuple[str, Location] | None) -> Item:
    if locked and locked[0]:
        return Item(name, locked[0], locked[1], "locked")
    assert asked is not None
    return Item(name, specifier(asked), asked.at, "" if specifier(asked) else "any version")


def _is_imported(name: str, imported: dict[str, Import]) -> bool:
    return any(name in _names(module) for module in imported)


def _names(module: str) -> set[str]:
    from mlaudit.knowledge import packages_of

    return {module.replace("_", "-").lower(), *packages_of(module)}
