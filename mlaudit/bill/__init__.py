"""What is a repository made of? Packages, data, models, images and services, for a bill of materials."""

from collections.abc import Iterable

from mlaudit.bill import packages, things
from mlaudit.facts import PackageFile, Repo
from mlaudit.listed import Part


def bill(repo: Repo, files: Iterable[PackageFile], *, followed: bool = True) -> tuple[Part, ...]:
    """The parts, sorted; of equal ones all places. `files` are those that its locks name by digests. What code reaches
    for is there where code was `followed`."""
    found: dict[tuple[str, str, str, str], Part] = {}
    for part in (*packages.parts(repo, files), *things.images(repo), *(things.reached(repo) if followed else ())):
        known = found.get(part.key)
        found[part.key] = _joined(known, part) if known else part
    return tuple(found[key] for key in sorted(found))


def _joined(one: Part, other: Part) -> Part:
    scopes = {one.scope, other.scope}
    return one._replace(
        scope=next(scope for scope in ("required", "optional", "excluded", "") if scope in scopes),
        digests=tuple(sorted({*one.digests, *other.digests})),
        places=tuple(sorted({*one.places, *other.places})),
        said=tuple(sorted({*one.said, *other.said})),
        address=one.address or other.address,
        is_direct=one.is_direct or other.is_direct,
        inputs=tuple(sorted({*one.inputs, *other.inputs})),
    )
