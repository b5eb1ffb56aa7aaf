"""Which outputs and scores were asked for, what do they need, and how are they made?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Collection

    from mlaudit.config import Config
    from mlaudit.findings import Report, Rule


class Wanted(NamedTuple):
    """What is to be written besides the report, what that needs, and which scores are the lowest."""

    outputs: list[tuple[str, str]]
    needs: set[str]
    floors: list[tuple[str, int]]


def wanted(options: Namespace, rules: list[Rule]) -> Wanted:
    """What the command line asks for. Raises UsageError for a format or family that is not there."""
    outputs = [asked(text) for text in options.output]
    needs = needs_of((options.output_format, *(form for form, _ in outputs)))
    return Wanted(outputs, needs, [floor(text, rules) for text in options.min_score])


def asked(text: str) -> tuple[str, str]:
    """The format and the file of `FORMAT=FILE`."""
    from mlaudit.arguments import FORMATS
    from mlaudit.config import UsageError, nearest

    form, equals, file = text.partition("=")
    if not equals or not file or form not in FORMATS:
        raise UsageError(
            f"--output: `{text}` is not FORMAT=FILE with a format of {', '.join(FORMATS)}{nearest(form, FORMATS)}"
        )
    return form, file


def needs_of(forms: Collection[str]) -> set[str]:
    """What some formats need beside the findings: fingerprints, origin; drawn for the picture and the inventory; the
    bill of materials; changes, the fixes as they are shown. Raises UsageError where a format needs what is not
    installed."""
    from mlaudit.arguments import FORMATS

    if "cyclonedx" in forms and not _is_installed("cyclonedx"):
        from mlaudit.config import UsageError

        raise UsageError("the format cyclonedx needs the extra `cyclonedx`: pip install 'mlaudit[cyclonedx]'")
    return {need for form in forms for need in FORMATS[form]}


def extras(needs: set[str]) -> dict[str, bool]:
    """What an audit is asked for beside the findings."""
    words = {"drawn": "drawn", "billed": "bill", "fixing": "fixes", "showing": "changes"}
    return {word: need in needs for word, need in words.items()}


def completed(report: Report, needs: set[str], config: Config) -> Report:
    """The report with what its formats need, as far as the findings alone give it."""
    if "fingerprints" in needs and not report.fingerprints:
        from mlaudit.outputs.fingerprints import fingerprints

        report = report._replace(fingerprints=fingerprints(report))
    if "origin" in needs:
        from mlaudit.outputs.origin import origin

        report = report._replace(origin=origin(report, config))
    return report


def _is_installed(module: str) -> bool:
    import importlib.util

    return importlib.util.find_spec(module) is not None


def render(form: str, report: Report, **style: bool) -> str:
    """The report in a format: each is a module of mlaudit.reports, and only those that are asked for are imported."""
    import importlib

    if form == "full":
        from mlaudit.reports import terminal

        return terminal.render(report, **style)
    text: str = importlib.import_module(f"mlaudit.reports.{form.replace('-', '_')}").render(report)
    return text


def write(path: str, text: str) -> None:
    """Write an output to a file."""
    from mlaudit.config import UsageError

    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"--output: `{path}` cannot be written: {error.strerror}") from None


def floor(text: str, rules: list[Rule]) -> tuple[str, int]:
    """A family and the lowest score that it may have."""
    from mlaudit.config import UsageError, nearest

    family, _, number = text.partition("=")
    families = sorted({rule.family for rule in rules})
    if family not in families:
        raise UsageError(f"--min-score: no rule of this run is of the family `{family}`{nearest(family, families)}")
    if not (number.isascii() and number.isdecimal() and int(number) <= 100):
        raise UsageError(f"--min-score: `{text}` is not FAMILY=N with a number from 0 to 100")
    return family, int(number)


def below(report: Report, floors: list[tuple[str, int]]) -> list[str]:
    """What to say of each family that scores less than it may. One with nothing to judge does not."""
    from mlaudit.scores import scores

    values = {score.family: score.value for score in scores(report)}
    return [
        f"{family} scores {value}, less than --min-score {family}={least}"
        for family, least in floors
        if (value := values[family]) is not None and value < least
    ]
