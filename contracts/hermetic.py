"""Keeping Hypothesis to the seed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from typing import Any

from hypothesis import configuration
from hypothesis.internal.conjecture import providers

_COLLECT, _CACHE, _NONE = "_get_local_constants", "CONSTANTS_CACHE", "GLOBAL_CONSTANTS"


@contextlib.contextmanager
def hermetic_hypothesis() -> Iterator[None]:
    """Keep Hypothesis, while a run lasts, from reading other people's code and from writing files.

    Hypothesis mixes constants from the source of every local module into what it generates, so that the same
    seed would give other requests in another project, or after another import. It has no setting for that.
    What it caches on disk goes to a folder that is removed afterwards.
    """
    inside: Any = providers
    before = {name: getattr(inside, name) for name in (_COLLECT, _CACHE) if hasattr(inside, name)}
    with tempfile.TemporaryDirectory(prefix="mockflare-") as folder:
        moved = not os.path.isdir(".hypothesis")
        if moved:
            configuration.set_hypothesis_home_dir(folder)
        try:
            if len(before) == 2 and hasattr(inside, _NONE):
                nothing = type(getattr(inside, _NONE))()
                setattr(inside, _COLLECT, lambda: nothing)
                setattr(inside, _CACHE, type(before[_CACHE])(1024))
            yield
        finally:
            for name, value in before.items():
                setattr(inside, name, value)
            if moved:
                configuration.set_hypothesis_home_dir(None)
