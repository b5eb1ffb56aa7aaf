"""In which state is a random stream? Cheap marks of states, which differ after every draw.

Marks are read straight from memory where a check at the start shows that the layout is the one expected:
they are taken before and after every line of a program, and asking politely costs a hundred times as much.
"""

import ctypes
import random
import sys
import zlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

Mark = Hashable

TWISTER_WORDS = 624
WORD = 1  # the word that is looked at: the first is the same after every seed
ALONE = 2  # references to an object that only one list holds, while they are counted
HEADER = object.__basicsize__


@dataclass
class Stream:
    """A source of random numbers: how its state is read, and what is known of it.

    `origin` is the mark just after the stream was last seeded, or of the state in which it was met;
    `made` is the place at which an explicit generator was made, and () for a global stream;
    `keeps` holds an explicit generator, so that its memory stays its own;
    `is_met` is false until the next line: what a library draws while it is imported is not counted.
    """

    name: str
    read: Callable[[], Mark]
    known: bool = False
    made: tuple[Any, ...] = ()
    keeps: list[Any] = field(default_factory=list)
    is_met: bool = True
    mark: Mark = field(init=False)
    origin: Mark = field(init=False)

    def __post_init__(self) -> None:
        self.settle_here()

    def settle_here(self) -> None:
        """Take the present state for the origin."""
        self.mark = self.origin = self.read()

    def is_let_go(self) -> bool:
        """Whether nobody but this stream has its explicit generator."""
        return sys.getrefcount(self.keeps[0]) <= ALONE


def python_reader(kept: list[random.Random]) -> Callable[[], Mark]:
    """How to read a `random.Random`: position, a word of its state and the kept second half of a Gaussian pair."""
    address = id(kept[0]) + HEADER
    index, word = ctypes.c_int32.from_address(address), ctypes.c_uint32.from_address(address + 4 + 4 * WORD)
    state = kept[0].getstate()[1]
    if (index.value, word.value) != (state[TWISTER_WORDS], state[WORD]):
        return kept[0].getstate
    return lambda: (index.value, word.value, kept[0].gauss_next)  # type: ignore[attr-defined]


def numpy_reader(generator: Any) -> Callable[[], Mark]:
    """How to read numpy's global RandomState, given as the object."""
    twister = _twister_reader(generator._bit_generator)
    offset = _gauss_offset(type(generator))
    if offset is None or twister is None:
        return lambda: plain(generator.get_state(legacy=False))
    has_gauss = ctypes.c_int32.from_address(id(generator) + offset)
    return lambda: (twister(), has_gauss.value)


def _gauss_offset(kind: Any) -> int | None:
    """Where in a RandomState the flag stands that says that half of a Gaussian pair is kept."""
    sample = kind(0)
    words = kind.__basicsize__ // 4
    memory = (ctypes.c_int32 * words).from_address(id(sample))
    seen = [list(memory)]
    for _ in range(4):
        sample.standard_normal()
        seen.append(list(memory))
    found = [i for i in range(HEADER // 4, words) if [row[i] for row in seen] == [0, 1, 0, 1, 0]]
    return 4 * found[0] if len(found) == 1 else None


def bits_reader(kept: list[Any]) -> Callable[[], Mark]:
    """How to read a numpy BitGenerator."""
    return _twister_reader(kept[0]) or _congruential_reader(kept[0]) or (lambda: plain(kept[0].state))


def _twister_reader(bits: Any) -> Callable[[], Mark] | None:
    if type(bits).__name__ != "MT19937":
        return None
    address = bits.ctypes.state_address
    word = ctypes.c_uint32.from_address(address + 4 * WORD)
    position = ctypes.c_int32.from_address(address + 4 * TWISTER_WORDS)
    inner = bits.state["state"]
    if (position.value, word.value) != (int(inner["pos"]), int(inner["key"][WORD])):
        return None
    return lambda: (position.value, word.value)


def _congruential_reader(bits: Any) -> Callable[[], Mark] | None:
    if not type(bits).__name__.startswith("PCG64"):
        return None
    address = bits.ctypes.state_address
    low = ctypes.c_uint64.from_address(ctypes.c_void_p.from_address(address).value or 0)
    has_half = ctypes.c_int32.from_address(address + ctypes.sizeof(ctypes.c_void_p))
    if low.value not in divmod(bits.state["state"]["state"], 1 << 64):
        return None
    return lambda: (low.value, has_half.value)


def torch_reader(generator: Any) -> Callable[[], Mark]:
    """How to read a torch generator: a checksum of its whole state."""

    def read() -> Mark:
        state = generator.get_state()
        return zlib.crc32(ctypes.string_at(state.data_ptr(), state.numel()))

    return read


def plain(value: Any) -> Mark:
    """A state as numpy gives it, in a form that can be compared and kept."""
    match value:
        case dict():
            return tuple(plain(inner) for inner in value.values())
        case _ if hasattr(value, "tobytes") and getattr(value, "ndim", None):
            return zlib.crc32(value.tobytes())
        case _:
            return str(value)
