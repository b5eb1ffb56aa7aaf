"""Which Python does the tag of an image, or a version as CI files write it, mean?"""

import re
from typing import NamedTuple

from mlaudit.facts import Comparison
from mlaudit.patterns import pattern
from mlaudit.readers.manifests import requirement

NUMBER = r"\d+\.\d+(?:\.\d{1,2})?(?:(?:a|b|rc)\d+)?|[23]"
END = r"(?=$|[-_@+])"
# python:3.11-slim, cimg/python:3.11.4, devcontainers/python:1-3.12-bookworm, lambda/python:3.8.2023.01 (a date)
OFFICIAL = pattern(rf"(?:^|/)python:(?:v?\d+(?:\.\d+)*-(?=3\.))?({NUMBER})(?:(?:\.\d{{4}}[\d.]*)|{END})")
# uv:python3.12-bookworm, scipy-notebook:python-3.10, nodejs:python3.9-nodejs16, pytorch-training:1.13-gpu-py39-cu117,
# tensorflow:1.12.0-py3
TAGGED = pattern(rf":(?:[^@:]*[-_])?(?:python|py)-?(3\.\d{{1,2}}(?:\.\d{{1,2}})?|3\d{{1,2}}|[23]){END}")
VERSION = pattern(r"(?:c?python-?)?(\d+(?:\.\d+){0,2})(?:\.[xX*])?((?:-?(?:a|b|rc|alpha|beta)[.-]?\d*)?)(?:-dev|t)?$")
RANGE = pattern(r"(?:\s*(?:>=|<=|!=|==|~=|<|>)\s*\d[\w.*]*\s*,?)+$")


class Tagged(NamedTuple):
    """The Python of an image: the offsets of the version in the reference, and what it means."""

    start: int
    end: int
    comparisons: tuple[Comparison, ...]


def exact(version: str) -> tuple[Comparison, ...]:
    """`3` means any 3, `3.11` any 3.11, `3.11.7` that one."""
    return (Comparison("==", version if version.count(".") > 1 else f"{version}.*"),)


def comparisons(text: str) -> tuple[Comparison, ...]:
    """What a CI file's version asks for: `3.11`, `3.x`, `3.12-dev`, `>=3.9 <3.12`, `py39`; () where that is no CPython.

    A range that PEP 440 does not write is kept whole under the operator "?".
    """
    text = text.strip()
    if match := re.fullmatch(r"py(\d)(\d{1,2})", text):
        return exact(f"{match[1]}.{match[2]}")
    if match := VERSION.match(text):
        return (Comparison("==", match[1] + match[2]),) if match[2] else exact(match[1])
    if RANGE.match(text):
        return requirement.comparisons(re.sub(r"(?<=[\w*])[\s,]+(?=[<>=!~])", ",", text))
    return (Comparison("?", text),) if re.match(r"[\^~<>=]\s*\d|\d+(?:\.\d+)*\s*(?:-\s|\|\|)", text) else ()


def of_image(reference: str) -> Tagged | None:
    """The Python that an image's reference names; None where it names none."""
    if len(reference) > 1000:
        return None
    match = OFFICIAL.search(reference) or TAGGED.search(reference)
    if match is None:
        return None
    version = match[1] if "." in match[1] or len(match[1]) == 1 else f"3.{match[1][1:]}"
    return Tagged(match.start(1), match.end(1), exact(version))
