"""The generic run: the model stands in the body, beside its input."""

from __future__ import annotations

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, refuse
from mockserver.workersai.catalogue import Model
from mockserver.workersai.surface.operations import Surface


def run_model(invocation: Invocation, surface: Surface) -> Answer:
    """Answer as the path of the model answers to `input`."""
    model = invocation.subject
    if not isinstance(model, Model):
        raise refuse("no-such-model", 400, "the body names no model", model="")
    return surface.nested.run(invocation, model, invocation.body["input"])
