"""The catalogue as `mockflare models` shows it: chosen models, a model's record, and calls to try."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from mockserver import bundled
from mockserver.effective import catalogue, effective
from mockserver.errors import UnknownName, UsageError
from mockserver.settings import DEFAULT_ACCOUNT, DEFAULT_TOKEN
from mockserver.workersai.catalogue import Catalogue, Model
from mockserver.workersai.expansion import CATCH_ALL, expand
from mockserver.workersai.sample_calls import curl, javascript, python
from mockserver.workersai.sample_calls.recipes import Contract, Place, Recipe, makes, recipe

LANGUAGES: Mapping[str, Callable[[Recipe, Place], str]] = {
    "curl": curl.write,
    "python": python.write,
    "javascript": javascript.write,
}
"""Language -> who writes a call in it."""

USUAL = Place("http://127.0.0.1:8787/client/v4", DEFAULT_ACCOUNT, DEFAULT_TOKEN)
"""A mock with every default."""

_HEADINGS: Mapping[str, Callable[[Recipe], str]] = {
    "curl": lambda call: "# curl",
    "python": lambda call: f"# Python: pip install {python.requirements(call)}",
    "javascript": lambda call: f"// JavaScript: Node {javascript.oldest_node(call)} or newer, in a file NAME.mjs",
}


def find(name: str) -> Model:
    """Return the model of a name, or of the last part of one; raises UsageError with the nearest name."""
    known = catalogue()
    found = name if name in known else {each.rsplit("/", 1)[-1]: each for each in known}.get(name)
    if found is None:
        near = known.nearest(name)
        raise UsageError(f"unknown model {name!r}" + (f"; did you mean {near!r}?" if near else ""))
    return known[found]


def choose(task: str | None = None, capability: str | None = None, *, everything: bool = False) -> list[Model]:
    """Return the active models, or all, that are for a task and can do something; raises UnknownName.

    The name of the task is taken in any case.
    """
    known = catalogue()
    if task is not None:
        folded = {each.casefold(): each for each in known.tasks}
        if task.casefold() not in folded:
            raise UnknownName("task", task, known.tasks)
        task = folded[task.casefold()]
    capabilities = sorted({each for model in known.values() for each in model.capabilities})
    if capability is not None and capability not in capabilities:
        raise UnknownName("capability", capability, capabilities)
    return known.select(task=task, capability=capability, status=None if everything else "active")


def record(model: Model) -> dict[str, Any]:
    """Return what is known of a model, beginning with its name."""
    return {"name": model.name, "author": model.author, **model.facts}


def call(model: Model, language: str, place: Place = USUAL) -> str:
    """Return a call of a model that runs as it stands, in one of LANGUAGES; raises UnknownName."""
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    return LANGUAGES[language](_recipe(model), place)


def oldest_node(model: Model) -> int:
    """Return the first version of Node that runs the call of a model."""
    return javascript.oldest_node(_recipe(model))


def page(model: Model) -> str:
    """Return the record of a model and a call in every language."""
    from mockserver.openapi.source import dump_yaml

    made = _recipe(model)
    parts = [dump_yaml(dict(model.facts)).rstrip()]
    if made.carrier != "session" and "websocket" in model.capabilities:
        parts.append(f"# This model also holds sessions over a WebSocket: {USUAL.session(model)}")
    parts += [f"{_HEADINGS[name](made)}\n\n{write(made, USUAL)}" for name, write in LANGUAGES.items()]
    return "\n\n".join(parts)


def _recipe(model: Model) -> Recipe:
    return recipe(model, _contract(model), _path(model), _maker)


def _path(model: Model) -> str:
    return CATCH_ALL.replace("{model}", model.name)


@cache
def _bundled() -> dict[str, Any]:
    return effective().content


def _contract(model: Model) -> Contract:
    """Return the effective contract with a path for the model, which those that are not active lack there."""
    if model.active:
        return _bundled()
    alone = Catalogue({model.name: {**model.facts, "status": "active"}}, catalogue().tasks)
    return expand(_bundled(), alone, bundled.tasks())


def _maker(kind: str) -> tuple[Model, str] | None:
    found = (model for model in catalogue().select(status="active") if makes(model, _bundled(), _path(model)) == kind)
    model = next(found, None)
    return (model, _path(model)) if model else None
