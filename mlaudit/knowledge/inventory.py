"""What is known for an inventory: which packages are frameworks, which speak to services, which names hold secrets?"""

from functools import cache

from mlaudit.knowledge import table_of


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(table_of("inventory")[key].split())


def is_framework(name: str) -> bool:
    """Whether a package, or a module, is a framework that results hang on."""
    return name in _words("frameworks")


def is_secret(variable: str) -> bool:
    """Whether the name of an environment variable says that it holds a secret."""
    return not _words("secrets").isdisjoint(variable.upper().split("_"))


def service_of(module: str) -> str:
    """The service that a module speaks to, by its longest known prefix; "" where it speaks to none that is known."""
    parts = module.split(".")
    known: dict[str, str] = table_of("inventory")["services"]
    prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((known[prefix] for prefix in prefixes if prefix in known), "")
