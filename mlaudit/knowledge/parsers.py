"""Where do programs take their options from?"""

from mlaudit.knowledge import table_of


def is_parser(name: str) -> bool:
    """Whether a call by its full name makes a parser whose options are declared one by one."""
    return name in table_of("parsers")["parsers"].split()


def open_words() -> frozenset[str]:
    """Words that show that a program may have options that are declared nowhere."""
    return frozenset(table_of("parsers")["open_words"].split())


def is_open_module(module: str) -> bool:
    """Whether a module, which code imports, may add options of its own."""
    return module.partition(".")[0] in table_of("parsers")["open_modules"].split()
