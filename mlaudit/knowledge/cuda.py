"""Which CUDA does an image hold, a build of a package bring, a package need of the system?"""

import re

from mlaudit.knowledge import table_of

Cuda = tuple[int, ...]
# `cu92` is 9.2, `cu12` is any 12.
DIGITS = re.compile(r"(\d+)\.(\d+)")
LOCAL = re.compile(r"(?:^|[^a-z])cu(?:da)?(\d{2,3})(?!\d)")
MINOR = re.compile(r"(\d+\.\d+)")


def version(text: str) -> Cuda:
    """A version of CUDA as it is written: `11.8`, `118`, `12`; () where it is none."""
    if match := DIGITS.match(text):
        return int(match[1]), int(match[2])
    if not text.isdigit():
        return ()
    if len(text) == 3 or (len(text) == 2 and text[0] in "6789"):
        return int(text[:-1]), int(text[-1])
    return (int(text),)


def of_image(reference: str) -> Cuda:
    """The CUDA of an image by its name and tag; () where they do not say."""
    table = table_of("cuda")
    if match := re.match(table["monthly"]["images"], reference):
        known = [major for month, major in table["monthly"]["since"] if month <= match[1]]
        return version(known[-1]) if known else ()
    found = (match[1] for pattern in table["images"] if (match := re.search(pattern, reference)))
    return version(next(found, ""))


def of_build(text: str) -> Cuda:
    """The CUDA that a local version, an index or the name of a wheel names: `2.1.0+cu118`, `…/whl/cu121`."""
    match = LOCAL.search(text)
    return version(match[1]) if match else ()


def of_wheel(package: str, release: str) -> Cuda:
    """The CUDA of what PyPI has of a package at a version: which it brings (torch), or needs (tensorflow)."""
    minor = MINOR.match(release)
    table = table_of("cuda")["tensorflow" if package.startswith("tensorflow") else "torch"]
    return version(table.get(minor[1], "")) if minor else ()


def of_name(package: str) -> Cuda:
    """The CUDA that a package names in its name, and takes from the system."""
    match = re.match(table_of("cuda")["packages"]["system"], package)
    return version(match[1]) if match else ()


def is_one_of(package: str, kind: str) -> bool:
    """Whether a package is of torch's family, one of its extensions, or a Conda package of CUDA (`conda`)."""
    return package in table_of("cuda")["packages"][kind]
