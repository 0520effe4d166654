"""What a call of a model consists of: read from the operation of its path, before any language is chosen."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mockserver.workersai.catalogue import Model

_MAGIC = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "audio/wav", b"ID3": "audio/mpeg"}
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "audio/mpeg": "mp3", "audio/wav": "wav"}
_WHOLE = {"image": "picture", "audio": "speech"}
_SMALLEST = 40
"""Fewer numbers or characters than this are no file."""

Contract = Mapping[str, Any]
"""An OpenAPI document with a path for the model."""


@dataclass(frozen=True, slots=True)
class File:
    """A file whose content stands in the place of a value."""

    kind: str
    """image or audio."""
    form: str
    """How it is written there: numbers, base64, or url for a data URL."""
    name: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call goes, and as whom."""

    base_url: str
    """The origin and the base path, without a slash at the end."""
    account: str
    token: str

    def run(self, model: Model) -> str:
        """Return the address that runs a model."""
        return f"{self.base_url}/accounts/{self.account}/ai/run/{model.name}"

    def session(self, model: Model) -> str:
        """Return the address of a model's WebSocket."""
        return "ws" + self.run(model).removeprefix("http")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A call of one model."""

    model: Model
    members: Mapping[str, Any]
    """Of the JSON body, of the form, or of the query of a session; a File wherever the content of one goes."""
    carrier: str = "json"
    """What the members travel in: json, form, file (the body is the file alone), or session (a WebSocket)."""
    plain: bool = True
    """Whether the body may be JSON even where the carrier is a file."""
    streams: bool = False
    saved: str = ""
    """The file for an answer that is to be looked at or listened to, empty for text."""
    member: str = ""
    """Where in the result a file is, as base64; empty for an answer that is the file itself."""
    endpoint: str = ""
    """The member of the openai SDK that asks this model: chat or embeddings; empty where it cannot."""
    file: File | None = None
    """The one file that goes in."""
    makers: tuple[Recipe, ...] = field(default=(), repr=False)
    """A call that makes such a file."""


def recipe(model: Model, contract: Contract, path: str, maker: Callable[[str], tuple[Model, str] | None]) -> Recipe:
    """Return the call of a model whose operation is `contract["paths"][path]`.

    `maker` gives a model that makes files of a kind (image, audio), and its path, for callers who have no file.
    """
    found = _bare(model, contract, contract["paths"][path]["post"])
    if found.file is None:
        return found
    made = maker(found.file.kind)
    if made is None:
        return _named(found, replace(found.file, name=_WHOLE[found.file.kind], media_type=f"{found.file.kind}/*"))
    recipe_of_maker = _bare(made[0], contract, contract["paths"][made[1]]["post"])
    if found.carrier == "session":  # bare samples, as the session wants them
        asked = {**recipe_of_maker.members, **found.members, "container": "none"}
        recipe_of_maker = replace(recipe_of_maker, members={key: _figure(each) for key, each in asked.items()})
        name, media_type = "speech.raw", "audio/l16"
    else:
        ending = recipe_of_maker.saved.partition(".")[2]
        name = f"{_WHOLE[found.file.kind]}.{ending}"
        media_type = next((known for known, each in _ENDINGS.items() if each == ending), "application/octet-stream")
    return replace(
        _named(found, replace(found.file, name=name, media_type=media_type)),
        makers=(replace(recipe_of_maker, saved=name),),
    )


def makes(model: Model, contract: Contract, path: str) -> str:
    """Return what kind of file a model answers with and nothing else: image, audio or nothing."""
    content = _success(contract["paths"][path]["post"])
    first = next(iter(content), "")
    kind = first.partition("/")[0]
    takes = contract["paths"][path]["post"]["requestBody"]["content"].get("application/json", {})
    example = takes.get("example") or {}
    return kind if kind in _WHOLE and example and not any(_file(each) for each in example.values()) else ""


def _bare(model: Model, contract: Contract, operation: Mapping[str, Any]) -> Recipe:
    offered = operation["requestBody"]["content"]
    content = _success(operation)
    kind = next((media.partition("/")[0] for media in offered if media.partition("/")[0] in _WHOLE), "")
    first = next(iter(offered))
    example = dict(offered[first].get("example") or {})
    if not content:
        return Recipe(model, example, "session", file=File("audio", "numbers"))
    members = {name: _better(_file(value) or value, name, offered[first], contract) for name, value in example.items()}
    file = next((each for each in members.values() if isinstance(each, File)), None)
    saved, member = _saved(model, content, contract)
    found = Recipe(
        model,
        members,
        "form" if first == "multipart/form-data" else "json",
        streams="text/event-stream" in content,
        saved=saved,
        member=member,
        endpoint="chat" if "messages" in members and file is None else "embeddings" if model.embedding else "",
        file=file,
    )
    if kind and len(members) == (file is not None):
        return replace(found, carrier="file", plain=bool(members), file=file or File(kind, "numbers"))
    return found


def _success(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    content: Mapping[str, Any] = (operation["responses"].get("200") or {}).get("content") or {}
    return content


def _named(found: Recipe, file: File) -> Recipe:
    members = {
        name: replace(file, form=value.form) if isinstance(value, File) else value
        for name, value in found.members.items()
    }
    return replace(found, members=members, file=file)


def _figure(value: Any) -> Any:
    """Return a number that travels as text in a query as the number it is."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _file(value: Any) -> File | None:
    """Return the file that an example holds in full; None for any other value."""
    if isinstance(value, list) and len(value) >= _SMALLEST and all(isinstance(each, int) for each in value):
        return _recognised(bytes(value), "numbers") if all(0 <= each <= 255 for each in value) else None
    if not isinstance(value, str) or len(value) < _SMALLEST:
        return None
    if value.startswith("data:"):
        return File(value[5:].partition("/")[0], "url")
    try:
        return _recognised(base64.b64decode(value, validate=True), "base64")
    except binascii.Error:
        return None


def _recognised(content: bytes, form: str) -> File | None:
    media_type = next((found for magic, found in _MAGIC.items() if content.startswith(magic)), None)
    return File(media_type.partition("/")[0], form) if media_type else None


def _better(value: Any, name: str, media_type: Mapping[str, Any], contract: Contract) -> Any:
    """Return a file as base64 rather than as numbers where the schema takes both: it is a third of the size."""
    if not isinstance(value, File) or value.form != "numbers":
        return value
    properties = _resolved(media_type.get("schema") or {}, contract).get("properties") or {}
    branches = (properties.get(name) or {}).get("anyOf") or ()
    return replace(value, form="base64") if any("contentEncoding" in each for each in branches) else value


def _saved(model: Model, content: Mapping[str, Any], contract: Contract) -> tuple[str, str]:
    """Return the file name for an answer, and the member of the result that holds it."""
    facts = model.facts.get("image") or model.facts.get("audio")
    known = facts.get("media_type", "") if isinstance(facts, Mapping) else ""
    if "application/json" not in content:
        media_type = next(iter(content))
        return f"answer.{_ENDINGS.get(media_type, 'bin')}", ""
    envelope = _resolved(content["application/json"].get("schema") or {}, contract)
    result = _resolved((envelope.get("properties") or {}).get("result") or {}, contract)
    for name, schema in (result.get("properties") or {}).items():
        if schema.get("contentEncoding") == "base64":
            return f"answer.{_ENDINGS.get(schema.get('contentMediaType') or known, 'bin')}", name
    # a batch of the family is the only JSON answer beside its bytes
    binary = next((each for each in content if each.partition("/")[0] in _WHOLE), None)
    return (f"answer.{_ENDINGS.get(binary, 'bin')}", "") if binary else ("", "")


def _resolved(schema: Mapping[str, Any], contract: Contract) -> Mapping[str, Any]:
    """Follow references to component schemas, and into the first branch of alternatives."""
    while True:
        target = schema.get("$ref")
        if isinstance(target, str):
            schema = contract["components"]["schemas"][target.rsplit("/", 1)[-1]]
        elif "anyOf" in schema and "properties" not in schema:
            schema = schema["anyOf"][0]
        else:
            return schema
