"""The dispatcher RANDOM: any of the examples, chosen by the seed."""

from __future__ import annotations

from typing import Any

from mockserver.engine import seeds
from mockserver.engine.dispatchers.decisions import Decision, Dispatcher, Maker, Making
from mockserver.engine.invocation import Invocation


def random(rules: Any, making: Making) -> Dispatcher | None:
    """Choose any example of a response; the same request chooses the same one."""
    names = list(making.pairs)

    def dispatch(invocation: Invocation) -> Decision:
        if not names:
            return ()
        return (seeds.generator(seeds.digest(invocation.seed, "RANDOM")).choice(names),)

    return dispatch


MAKERS: dict[str, Maker] = {"RANDOM": random}
