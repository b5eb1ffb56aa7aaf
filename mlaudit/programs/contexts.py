"""What do the contexts of libraries change while they hold: streams that are put back, gradients that are recorded?"""

from mlaudit.knowledge import streams
from mlaudit.values import Outside, Thing, Value


def restores(context: Thing) -> bool:
    """Whether a context puts the streams back as they were."""
    return context.name.endswith(("fork_rng", "fork_rng()", "isolate_rng", "isolate_rng()", "preserve_rng_state"))


def is_without_gradients(context: Value) -> bool:
    """Whether nothing is recorded for a backward pass under a context or decorator."""
    return isinstance(context, Thing | Outside) and streams.is_gradless(context.name)


def is_recorder(context: Value) -> bool:
    """Whether a context records gradients for a framework that does so only when asked."""
    return isinstance(context, Thing) and context.name == streams.recorder(context.name.partition(".")[0])
