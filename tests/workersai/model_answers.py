"""What models answer, held against the schemas of their outputs: an envelope, media, or events."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import av
from PIL import Image
from schema_forms import Forms

from mockserver.app import Mock
from mockserver.engine.values import HttpRequest
from tests.glance import Validator

DONE = "[DONE]"
_EVENT = re.compile(r"(?:event: ([\w.]+)\n)?data: ([^\n]*)")
_RAW_SOUND = {"audio/l16": "s16be", "audio/mulaw": "mulaw", "audio/alaw": "alaw"}


@dataclass(frozen=True)
class Sent:
    """One request to a model: a JSON body, raw bytes, or the fields of a form."""

    body: Any
    media_type: str = "application/json"
    query: str = ""

    @property
    def payload(self) -> bytes:
        if self.media_type.startswith("multipart/"):
            return _form(self.body)
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    def __str__(self) -> str:
        shown = f"{len(self.body)} bytes" if isinstance(self.body, bytes) else json.dumps(self.body, default=str)
        return f"{self.media_type} {self.query} {shown[:1500]}"


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    media_type: str
    source: str
    body: bytes
    neurons: str | None = None
    """What it cost, as the header tells it."""

    @property
    def json(self) -> Any:
        return json.loads(self.body, parse_constant=_no_number)

    @property
    def events(self) -> list[Any]:
        """The data of the events before `[DONE]`, which all but named events (those of Responses) end with."""
        blocks = self.body.decode().split("\n\n")
        assert "" == blocks.pop()
        named = blocks[0].startswith("event: ")
        if not named:
            assert f"data: {DONE}" == blocks.pop()
        found = [_EVENT.fullmatch(block) for block in blocks]
        data = [json.loads(match[2], parse_constant=_no_number) for match in found if match]
        assert len(found) == len(data), blocks
        if named:
            assert [match[1] for match in found if match] == [event["type"] for event in data]
        return data


def send(mock: Mock, model: str, sent: Sent) -> Answered:
    """Return a mock's answer to a request to `/ai/run/{model}`."""
    media_type = sent.media_type + ("; boundary=edge" if sent.media_type.startswith("multipart/") else "")
    response = mock.handle(
        HttpRequest(
            "POST",
            f"/client/v4/accounts/{mock.account_id}/ai/run/{model}",
            query=sent.query,
            headers=[(b"authorization", b"Bearer " + mock.token.encode()), (b"content-type", media_type.encode())],
            body=sent.payload,
        )
    )
    headers = {name.decode(): value.decode() for name, value in response.headers}
    body = response.body if response.frames is None else b"".join(response.frames)
    source, cost = headers["x-mockflare-source"], headers.get("cf-ai-neurons")
    return Answered(response.status, headers["content-type"], source, body, cost)


def published_faults(value: Any, schema: Any, forms: Forms) -> list[str]:
    """Return what is wrong with a value by a published schema: keywords it breaks, and members no branch speaks of.

    `oneOf` is read as `anyOf`: published outputs list branches without a required member, and no answer could be
    valid for just one of those. That members have to be declared makes up for it.
    """
    validator = Validator(_any_of(schema))
    found = [f"{error.json_path}: {error.validator}: {error.message[:200]}" for error in validator.iter_errors(value)]
    return found + [f"{pointer}: no branch declares this member" for pointer in _undeclared(value, [schema], forms)]


def contract_faults(value: Any, validator: Any) -> list[str]:
    """Return what is wrong with a value by the effective contract."""
    return [f"{error.json_path}: {error.validator}: {error.message[:200]}" for error in validator.iter_errors(value)]


def picture_fault(data: bytes, media_type: str | None, size: tuple[int, int] | None) -> str | None:
    """Return what is wrong with a picture: Pillow has to decode it, as that type and in that size where given."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        found, kind = image.size, Image.MIME[image.format or ""]
    if media_type is not None and media_type != kind:
        return f"{kind} is sent as {media_type}"
    return f"{found} pixels where {size} were asked for" if size not in (None, found) else None


def sound_seconds(data: bytes, media_type: str) -> float:
    """Return the length of a recording as FFmpeg decodes it; samples without a header as their media type says."""
    name, *parameters = media_type.split(";")
    options = dict(parameter.split("=") for parameter in parameters)
    raw = _RAW_SOUND.get(name)
    if raw == "s16be":  # the mock sends little-endian samples, as the service's linear16 are
        raw = "s16le"
    given = {"sample_rate": options["rate"], "ch_layout": "mono"} if raw else {}
    samples, rate = 0, 0
    with av.open(io.BytesIO(data), format=raw, options=given) as opened:
        for frame in opened.decode(audio=0):
            samples += frame.samples
            rate = frame.sample_rate
    return samples / rate


def in_base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _any_of(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        renamed = {"anyOf" if key == "oneOf" and "anyOf" not in schema else key: value for key, value in schema.items()}
        return {key: _any_of(value) for key, value in renamed.items()}
    return [_any_of(value) for value in schema] if isinstance(schema, list) else schema


def _undeclared(value: Any, schemas: Sequence[Any], forms: Forms, pointer: str = "") -> Iterator[str]:
    """Yield the pointers of members that no alternative has as a property, where some have properties at all."""
    branches = [branch for schema in schemas for branch in forms.branches(schema)]
    if isinstance(value, Mapping):
        closed = [branch for branch in branches if branch.get("properties")]
        opened = any(_takes_objects(branch) and not branch.get("properties") for branch in branches)
        if not closed or opened:
            return
        for name, member in value.items():
            found = [branch["properties"][name] for branch in closed if name in branch["properties"]]
            if found:
                yield from _undeclared(member, found, forms, f"{pointer}/{name}")
            else:
                yield f"{pointer}/{name}"
    elif isinstance(value, list) and value and isinstance(value[0], Mapping | list):
        items = [branch["items"] for branch in branches if "items" in branch]
        for index, each in enumerate(value if items else ()):
            yield from _undeclared(each, items, forms, f"{pointer}/{index}")


def _takes_objects(branch: Mapping[str, Any]) -> bool:
    kinds = branch.get("type", "object")
    return kinds == "object" or "object" in kinds


def _form(fields: Mapping[str, Any]) -> bytes:
    parts = []
    for name, value in fields.items():
        head = f'--edge\r\nContent-Disposition: form-data; name="{name}"'
        if isinstance(value, bytes):
            head += f'; filename="{name}.png"\r\nContent-Type: image/png'
        parts.append(head.encode() + b"\r\n\r\n" + (value if isinstance(value, bytes) else str(value).encode()))
    return b"\r\n".join([*parts, b"--edge--\r\n"])


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
