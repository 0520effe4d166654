"""Microcks' artifacts beside a document: APIExamples and APIMetadata, merged into the content as its extensions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.errors import UnknownName, UsageError, nearest
from mockserver.openapi.extensions import EXAMPLES, INFO, OPERATION
from mockserver.openapi.operations import METHODS

API_VERSION = "mocks.microcks.io/v1alpha1"
_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something in an artifact that is passed over."""

    path: tuple[str, ...]
    """Where it is in the artifact."""
    message: str


def merged(content: Mapping[str, Any], artifact: Any, name: str) -> tuple[dict[str, Any], list[Complaint]]:
    """Return a document's content with an artifact merged in, and what of the artifact is passed over.

    The content is not changed: what the artifact touches is copied. An artifact for another API or version is passed
    over as a whole. Raises UsageError for what is no artifact.
    """
    if not isinstance(artifact, Mapping) or "kind" not in artifact:
        raise UsageError(f"{name}: an artifact has `apiVersion: {API_VERSION}` and a `kind`")
    kind = artifact["kind"]
    if kind not in _MERGES:
        raise UnknownName(f"kind of artifact in {name},", str(kind), _MERGES)
    stranger = _stranger(content, artifact)
    if stranger:
        return dict(content), [Complaint(("metadata",), stranger)]
    found = dict(content)
    complaints = list(_MERGES[kind](found, artifact))
    return found, complaints


def _stranger(content: Mapping[str, Any], artifact: Mapping[str, Any]) -> str:
    """Say why an artifact is not for a document, "" when it is."""
    metadata, info = _mapping(artifact.get("metadata")), _mapping(content.get("info"))
    for said, called, own in (
        (metadata.get("name"), "API", info.get("title")),
        (metadata.get("version"), "version", info.get("version")),
    ):
        if str(said) != str(own):
            return f"it is for the {called} {said!r}, and the document is {own!r}: all of it is passed over"
    return ""


def _merge_metadata(content: dict[str, Any], artifact: Mapping[str, Any]) -> Iterator[Complaint]:
    labels = _mapping(_mapping(artifact.get("metadata")).get("labels"))
    if labels:
        info = content["info"] = dict(_mapping(content.get("info")))
        own = info[INFO] = dict(_mapping(info.get(INFO)))
        own["labels"] = {**_mapping(own.get("labels")), **labels}
    for _, operation, settings in _operations(content, artifact):
        if isinstance(operation, Complaint):
            yield operation
            continue
        operation[OPERATION] = {**_mapping(operation.get(OPERATION)), **settings}


def _merge_examples(content: dict[str, Any], artifact: Mapping[str, Any]) -> Iterator[Complaint]:
    for path, operation, examples in _operations(content, artifact):
        if isinstance(operation, Complaint):
            yield operation
            continue
        sound = {}
        for name, example in examples.items():
            if isinstance(example, Mapping) and isinstance(example.get("response"), Mapping):
                sound[name] = example
            else:
                yield Complaint((*path, name), f"the example {name!r} has no `response`: it is passed over")
        operation[EXAMPLES] = {**_mapping(operation.get(EXAMPLES)), **sound}


_MERGES: dict[str, Callable[[dict[str, Any], Mapping[str, Any]], Iterator[Complaint]]] = {
    "APIExamples": _merge_examples,
    "APIMetadata": _merge_metadata,
}


def _operations(
    content: dict[str, Any], artifact: Mapping[str, Any]
) -> Iterator[tuple[_Path, dict[str, Any] | Complaint, dict[str, Any]]]:
    """Yield for each operation of an artifact its place there, the document's operation, copied, and what is said.

    In place of an operation that the document does not have there is a complaint.
    """
    paths = content["paths"] = dict(_mapping(content.get("paths")))
    known = {
        f"{method.upper()} {path}": (path, method)
        for path, item in paths.items()
        for method in METHODS
        if isinstance(item, Mapping) and isinstance(item.get(method), Mapping)
    }
    for name, said in _mapping(artifact.get("operations")).items():
        place = ("operations", name)
        if name not in known:
            near = nearest(name, known)
            hint = f"; did you mean {near!r}?" if near else ""
            yield place, Complaint(place, f"the document has no operation {name!r}{hint}"), {}
            continue
        if not isinstance(said, Mapping):
            yield place, Complaint(place, f"{name!r} is an object, this is {said!r:.60}"), {}
            continue
        path, method = known[name]
        item = paths[path] = dict(paths[path])
        operation = item[method] = dict(item[method])
        yield place, operation, _mapping(said)


def _mapping(value: Any) -> dict[str, Any]:
    return {str(key): each for key, each in value.items()} if isinstance(value, Mapping) else {}
