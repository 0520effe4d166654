"""Which models a run uses: facts of the catalogue, one model per family unless the user names some."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from mockserver.effective import catalogue
from mockserver.errors import UnknownName
from mockserver.openapi.operations import Operation
from mockserver.workersai.catalogue import Model

NOBODYS = ("no-such-model", "@cf/nobody/no-such-model")
"""Names of models that there are not."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which models an operation takes in the `model` member of its body: by family or by capability."""

    path_end: str
    families: tuple[str, ...] = ()
    capability: str = ""

    def fits(self, model: Model) -> bool:
        """Return whether the operation takes the model."""
        return model.family in self.families or (self.capability != "" and self.capability in model.capabilities)


_CHAT = ("text-generation-native", "text-generation-chat")
_WANTED = (
    Wanted("/ai/v1/chat/completions", families=_CHAT),
    Wanted("/ai/v1/completions", families=_CHAT),
    Wanted("/ai/v1/embeddings", families=("text-embeddings", "text-embeddings-m3", "text-embeddings-qwen3")),
    Wanted("/ai/v1/responses", capability="responses"),
    Wanted("/ai/run", families=_CHAT),
    Wanted("/ai/run/{model}", families=_CHAT),
    Wanted("/ai/models/schema", families=_CHAT),
)


def read_models() -> tuple[Model, ...]:
    """Return the models of the bundled catalogue, in its order."""
    return tuple(catalogue().values())


def select_models(
    models: Sequence[Model], names: Iterable[str] = (), *, known: Collection[str] = ()
) -> tuple[Model, ...]:
    """Return the named models, or the first active one of each family (and one that speaks Responses).

    Of a family without an active one it is the first of the others. Those in `known` come first; of a family of which
    none is known it is the first one still. Raises UnknownName.
    """
    names = list(names)
    if names:
        known = {model.name: model for model in models}
        for name in names:
            if name not in known:
                raise UnknownName("model", name, known)
        return tuple(known[name] for name in dict.fromkeys(names))
    first: dict[str, Model] = {}
    models = sorted(models, key=lambda model: bool(known) and model.name not in known)
    for model in sorted(models, key=lambda model: not model.active):
        first.setdefault(model.family, model)
        if model.active and "responses" in model.capabilities:
            first.setdefault("responses", model)
    chosen = {model.name for model in first.values()}
    return tuple(model for model in models if model.name in chosen)


def stand_ins(models: Sequence[Model]) -> tuple[Model, ...]:
    """Return the models of families that have no active one: what is left to look at such a family by."""
    alive = {model.family for model in models if model.active}
    return tuple(model for model in models if model.family not in alive)


def is_current(operation: Operation) -> bool:
    """Return whether an operation is of no model, or of one that the service should have: an active one."""
    name = model_of(operation.path, operation.raw)
    model = None if name is None else catalogue().find(name)
    return model is None or model.active


def names_for(path: str, models: Sequence[Model]) -> list[str] | None:
    """Return the names among `models` that the operation at `path` takes; None when the path takes no model."""
    wanted = next((each for each in _WANTED if path.endswith(each.path_end)), None)
    return None if wanted is None else [model.name for model in models if wanted.fits(model)]


def model_of(path: str, *nodes: Mapping[str, Any]) -> str | None:
    """Return the model that a literal path runs: as `x-mockflare-model` says, else as the path spells it."""
    for node in nodes:
        extension = node.get("x-mockflare-model")
        if isinstance(extension, Mapping):
            extension = extension.get("name")
        if isinstance(extension, str):
            return extension
    _, found, name = path.partition("/ai/run/@")
    return "@" + name if found else None


def model_asked(url: str, asked: Mapping[str, Any]) -> str | None:
    """Return the model that a request asks: as its path spells it, else as the member `model` says."""
    _, found, rest = unquote(urlsplit(url).path).partition("/ai/run/@")
    named = "@" + rest if found else asked.get("model")
    return named if isinstance(named, str) else None
