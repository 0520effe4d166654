"""Keeping the libraries that make and send requests to the seed."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import tempfile
from collections.abc import Iterator
from typing import Any

from hypothesis import configuration
from hypothesis.internal.conjecture import providers
from schemathesis.engine.run import probes
from schemathesis.transport import requests as transport
from urllib3 import filepost

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


@contextlib.contextmanager
def repeatable_boundaries(seed: int) -> Iterator[None]:
    """Take the boundaries of multipart bodies from the seed while a run lasts; otherwise they are random."""
    numbers = itertools.count()

    def choose_boundary() -> str:
        return hashlib.blake2b(f"{seed}:{next(numbers)}".encode(), digest_size=16).hexdigest()

    modules: tuple[Any, ...] = (filepost, transport)
    before = [module.choose_boundary for module in modules]
    try:
        for module in modules:
            module.choose_boundary = choose_boundary
        yield
    finally:
        for module, original in zip(modules, before, strict=True):
            module.choose_boundary = original


@contextlib.contextmanager
def without_probes() -> Iterator[None]:
    """Keep the engine from trying out the target first, while a run lasts.

    It would do so past the run's sender: not counted, without an end where the answer has none, and over the network
    even when the target is an application in this process. It has no setting for that.
    """
    inside: Any = probes
    before = inside.PROBES
    inside.PROBES = ()
    try:
        yield
    finally:
        inside.PROBES = before
