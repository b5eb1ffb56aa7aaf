"""What do the recipes of a Makefile or a justfile install?"""

import pytest

from mlaudit.readers.commands import makefile

from .reading import commands, facts, packages, under

RECIPES = {
    "recipe": ("Makefile", "x:\n\tpip install a\n", ["a"]),
    "signs of make": ("Makefile", "x:\n\t@-pip install a\n\t+ @pip install b\n", ["a", "b"]),
    "continuation": ("Makefile", "x:\n\tpip install \\\n\t  a \\\n\t  b\n\ny:\n\tpip install c", ["a", "b", "c"]),
    "behind the rule": ("Makefile", "x: y; pip install a\n", ["a"]),
    "variables": ("Makefile", "x:\n\t$(PYTHON) -m pip install a\n\t${PIP} install $$B c $(D)\n", ["a", "c"]),
    "comment": ("Makefile", "x:\n\t# pip install a\n# x: pip install b\n", []),
    "assignment": ("Makefile", "X = pip install a\ny := z; pip install b\n", []),
    "carriage returns": ("Makefile", "x:\r\n\tpip install a\r\n", ["a"]),
    "justfile": ("justfile", "x:\n    @pip install a\n", ["a"]),
}


@pytest.mark.parametrize(("path", "text", "expected"), RECIPES.values(), ids=RECIPES)
def test_recipes(path: str, text: str, expected: list[str]) -> None:
    source, found = facts(makefile.read, path, text)
    assert packages(found) == expected
    for command in commands(found):
        assert command.place == "makefile"
        assert under(source, command.at).endswith("install")
        for requirement in command.requirements:
            assert under(source, requirement.at) == requirement.name


def test_recipes_run_in_the_folder_of_the_file() -> None:
    _, found = facts(makefile.read, "a/Makefile", "x:\n\tcd b && pip install -r r.txt\n\tpip install -e .\n")
    first, second = commands(found)
    assert first.files[0].target == "a/b/r.txt"
    assert second.projects == ("a",)
