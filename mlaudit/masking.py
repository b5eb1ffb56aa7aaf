"""How is a text shown that holds credentials?"""

import re

from mlaudit.patterns import pattern

# `scheme://user:secret@host`: the secret may hold anything; a port is none. And a token alone before the host.
BEFORE_HOST = pattern(
    r"(://)(?!(?:[\w-]+(?:\.[\w-]+)+|localhost):\d+(?:/|$))(?:[^\s/@:'\"`<>]*:[^\s'\"`<>]*|(?!git@)[^\s/@:'\"`<>]+)@"
)
PLAIN_USER = pattern(r"(?:git\+)?ssh://[\w.-]+@")
IN_QUERY = pattern(
    r"([?&;#](?:[\w.-]*(?:token|secret|passw|signature|credential|access_?key|api_?key)[\w.-]*|sig|key|auth|pwd)=)[^&;\s'\"<>]+",
    re.IGNORECASE,
)
IN_OPTIONS = pattern(r"((?:^|\s)(?:-u[ =]?|--user[ =]+)['\"]?[^\s:'\"]+:|(?:^|\s)--[\w-]*pass(?:word|wd)?[ =]+)[^\s]+")

# Headers, variables of a shell and arguments whose names say that a secret follows.
IN_HEADERS = pattern(
    r"(\bauthorization['\"]?\s*[:=]\s*['\"]?(?:bearer\s+|basic\s+|token\s+)?)[^\s'\"$({]+", re.IGNORECASE
)
IN_VARIABLES = pattern(r"(\b[A-Z_]*(?:KEY|TOKEN|SECRET|PASSWORD)=)(?![\s'\"$({])[^\s'\",;)]+")
IN_ARGUMENTS = pattern(
    r"(\b\w*(?:password|passwd|secret|access_key|api_key|token)\s*=\s*[rfb]?(['\"]))(?:(?!\2).)+(?=\2)", re.IGNORECASE
)
NAMED = (IN_HEADERS, IN_VARIABLES, IN_ARGUMENTS)


def masked(text: str) -> str:
    """The text with `***` for credentials: before the host of a URL, in its query, and in options of commands."""
    if "://" in text:
        text = BEFORE_HOST.sub(
            lambda match: match[0] if PLAIN_USER.match(text, _start(text, match.start())) else f"{match[1]}***@", text
        )
        text = IN_QUERY.sub(r"\1***", text)
    text = IN_OPTIONS.sub(r"\1***", text) if " -" in text else text
    for each in NAMED:
        text = each.sub(r"\1***", text)
    return text


def _start(text: str, at: int) -> int:
    """Where the scheme begins that ends at a place."""
    while at > 0 and (text[at - 1].isalnum() or text[at - 1] in "+.-"):
        at -= 1
    return at
