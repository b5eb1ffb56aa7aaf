"""How is a text shown whose URLs hold credentials?"""

from mlaudit.patterns import pattern

# `scheme://user:secret@host`, and a token alone before the host of a web address.
CREDENTIALS = pattern(r"(://)[^\s/@:'\"`<>]*:[^\s/@'\"`<>]*@|(https?://)(?!git@)[^\s/@:'\"`<>]+@", 0)


def masked(text: str) -> str:
    """The text with `***` for what stands before the host of its URLs."""
    if "@" not in text or "://" not in text:
        return text
    return CREDENTIALS.sub(lambda match: f"{match[1] or match[2]}***@", text)
