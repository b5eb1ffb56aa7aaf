"""Which options does a program take on its command line, where all of them are declared in its code?"""

from collections.abc import Iterator

from mlaudit.facts import Code, Repo
from mlaudit.facts.syntax import Attribute, Call, Constant, Name, Starred, nodes
from mlaudit.knowledge import parsers as known
from mlaudit.programs.modules import modules

HELP = frozenset({"--help"})


def of_program(repo: Repo, path: str) -> frozenset[str] | None:
    """The long options that a program declares; None where there may be others."""
    codes = reached(repo, path)
    if not codes or any(_is_open(code) for code in codes):
        return None
    found: set[str] = set()
    makes = False
    for code in codes:
        if "add_argument" not in code.words and "ArgumentParser" not in code.words:
            continue
        makes = makes or any(name.endswith("ArgumentParser") and known.is_parser(name) for name, _ in code.uses)
        for call in _declaring(code):
            texts = [
                each.value for each in call.arguments if isinstance(each, Constant) and isinstance(each.value, str)
            ]
            if len(texts) != len(call.arguments) or any(name == "" for name, _ in call.keywords):
                return None
            found.update(text for text in texts if text.startswith("-"))
            if any("BooleanOptionalAction" in str(value) for _, value in call.keywords):
                found.update(f"--no-{text[2:]}" for text in texts if text.startswith("--"))
    return frozenset(found) | HELP if makes and found else None


def has(options: frozenset[str], name: str) -> bool:
    """Whether an option is declared, or is the beginning of one: argparse takes it for that."""
    return name in options or sum(option.startswith(name) for option in options) >= 1


def _declaring(code: Code) -> Iterator[Call]:
    for each in nodes(code.body) if "add_argument" in code.words else ():
        match each:
            case Call(_, Name(dotted)) if dotted.endswith(".add_argument"):
                yield each
            case Call(_, Attribute(_, "add_argument")):
                yield each


def _is_open(code: Code) -> bool:
    if not known.open_words().isdisjoint(code.words):
        return True
    if any(known.is_open_module(module) for module in code.modules):
        return True
    return any(isinstance(each, Starred) for call in _declaring(code) for each in call.arguments)


def reached(repo: Repo, path: str) -> list[Code]:
    """A file and all files of the repository that it imports, at any distance."""
    codes = {code.at.path: code for code in repo.all(Code)}
    own = repo.view(modules)
    waiting, reached = [path], dict[str, Code]()
    while waiting:
        each = waiting.pop()
        if each in codes and each not in reached:
            reached[each] = codes[each]
            targets = (own.find(dotted, each) for dotted in codes[each].modules)
            waiting += [target[0] for target in targets if target]
    return list(reached.values())
