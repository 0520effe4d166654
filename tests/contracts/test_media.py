"""Pictures and recordings in requests are real ones, and only these count as allowed."""

from __future__ import annotations

import base64
import io
import json
import wave
from typing import Any

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request as WebRequest
from starlette.responses import JSONResponse
from starlette.routing import Route

import contracts
from contracts import media
from contracts.exchanges import Exchange, Intent, Request
from contracts.form_parts import read_parts
from contracts.judge import Judge
from contracts.preparation import prepare
from contracts.report import Outcome
from contracts.validity import Validity
from mockserver.openapi.document import Document

REFUSED = {"400": {"description": "no", "content": {"application/json": {"schema": {"type": "object"}}}}}
ANSWERS = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}, **REFUSED}
PICTURE = base64.b64encode(media.samples("image")[0]).decode()


def asking(name: str, content: dict[str, Any], responses: dict[str, Any] = ANSWERS) -> dict[str, Any]:
    return {
        "post": {"operationId": name, "requestBody": {"required": True, "content": content}, "responses": responses}
    }


DOCUMENT = Document(
    {
        "openapi": "3.1.0",
        "info": {"title": "Media", "version": "1"},
        "paths": {
            "/look": asking(
                "look",
                {
                    "application/octet-stream": {"schema": {"contentMediaType": "image/*"}},
                    "image/*": {"schema": {}},
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["said", "known"],
                            "properties": {
                                "said": {"type": ["string", "null"], "contentMediaType": "image/png"},
                                "known": {"type": "array", "items": {"type": "integer"}},
                            },
                        },
                        "example": {"said": PICTURE, "known": list(media.samples("audio")[0])},
                    },
                },
            ),
            "/hear": asking("hear", {"audio/*": {"schema": {}}, "application/octet-stream": {"schema": {}}}),
            "/form": asking(
                "form",
                {
                    "multipart/form-data": {
                        "schema": {
                            "type": "object",
                            "required": ["prompt", "picture"],
                            "properties": {
                                "prompt": {"type": "string", "minLength": 1},
                                "picture": {"contentMediaType": "image/*"},
                            },
                        }
                    }
                },
            ),
            "/decline": asking("decline", {"application/json": {"schema": {"type": "object"}}}, REFUSED),
        },
    }
)


def app() -> Starlette:
    """A server that takes real media only."""

    async def look(request: WebRequest) -> JSONResponse:
        body, said = await request.body(), request.headers.get("content-type")
        if said != "application/json":
            return answer(media.is_real(body, "image"))
        try:
            value = json.loads(body)
        except ValueError:
            return answer(False)
        return answer(isinstance(value, dict) and value.get("known") and value.get("said", 0) in (PICTURE, None))

    async def hear(request: WebRequest) -> JSONResponse:
        return answer(media.is_real(await request.body(), "audio"))

    async def form(request: WebRequest) -> JSONResponse:
        sent = Request("POST", "", tuple(request.headers.items()), await request.body())
        parts = dict(read_parts(sent))
        return answer(parts.get("prompt") and media.is_real(parts.get("picture", b""), "image"))

    async def decline(request: WebRequest) -> JSONResponse:
        return answer(False)

    def answer(fine: Any) -> JSONResponse:
        return JSONResponse({}, 200 if fine else 400)

    return Starlette(
        routes=[Route(f"/{each.__name__}", each, methods=["POST"]) for each in (look, hear, form, decline)]
    )


@pytest.mark.parametrize("number", range(2))
def test_samples_are_files_that_others_can_read(number: int) -> None:
    picture = Image.open(io.BytesIO(media.samples("image")[number]))
    with wave.open(io.BytesIO(media.samples("audio")[number])) as recording:
        assert recording.getnframes() > 0
    assert ("PNG", (16, 16)) == (picture.format, picture.size)
    picture.load()


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (PICTURE, "image"),
        ("data:image/png;base64," + PICTURE, "image"),
        (list(media.samples("audio")[0]), "audio"),
        (base64.b64encode(b"RIFF\0\0\0\0WEBPVP8 ").decode(), "image"),
        ("A red fox", None),
        ([0.5, None], None),
        ({"a": 1}, None),
        (None, None),
    ],
)
def test_media_are_known_by_their_first_bytes(value: Any, kind: str | None) -> None:
    assert kind == media.kind_of_value(value)


def test_bytes_without_a_type_are_what_the_other_types_say() -> None:
    assert "audio" == media.kind_of_body({"audio/*": {}, media.BYTES: {}}, media.BYTES)
    assert "image" == media.kind_of_body({media.BYTES: {"schema": {"contentMediaType": "image/*"}}}, media.BYTES)
    assert media.kind_of_body({"audio/*": {}, "image/*": {}, media.BYTES: {}}, media.BYTES) is None


@pytest.mark.parametrize("seed", [0, 1])
def test_a_server_that_takes_real_media_only_is_clean(seed: int) -> None:
    """Broken media are refused by it, and no valid request has them; an operation that can only refuse is no gap."""
    report = contracts.check(app(), contract=DOCUMENT, seed=seed)

    assert () == report.findings
    assert Outcome.CLEAN == report.outcome()
    assert {"look", "hear", "form"} == {each.operation for each in report.operations if each.successes}


def test_a_registry_of_the_engine_is_as_it_was_after_a_run() -> None:
    from schemathesis.core.media_types import MEDIA_TYPE_STRATEGIES
    from schemathesis.specs.openapi.formats import STRING_FORMATS

    contracts.check(app(), contract=DOCUMENT, operations=["hear"], quick=True)

    assert {} == MEDIA_TYPE_STRATEGIES
    assert [] == [name for name in STRING_FORMATS if name.startswith("mockflare")]


def test_members_that_are_media_come_from_the_examples() -> None:
    """Whether the schema or the example shows what they are; null stays where it is allowed."""
    paths = prepare(DOCUMENT, account="abc").content["paths"]
    members = paths["/look"]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]

    assert {"enum": [PICTURE, None]} == members["said"]
    assert {"enum": [list(media.samples("audio")[0])]} == members["known"]


def sent(operation: str, media_type: str, body: bytes) -> Exchange:
    headers = (("Content-Type", media_type),)
    return Exchange(
        1, operation, "fuzzing", Intent.VALID, Request("POST", f"http://h/{operation}", headers, body), None
    )


def form(prompt: bytes, picture: bytes) -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="'
    parts = head + b'prompt"\r\n\r\n' + prompt + b"\r\n" + head + b'picture"; filename="p.png"\r\n\r\n' + picture
    return parts + b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    ("exchange", "allowed"),
    [
        (sent("look", "image/png", media.samples("image")[0]), True),
        (sent("look", "image/png", b"\x89PNG"), False),
        (sent("look", "application/octet-stream", media.samples("audio")[0]), False),
        (sent("hear", "application/octet-stream", media.samples("audio")[0]), True),
        (sent("form", "multipart/form-data; boundary=b", form(b"fox", media.samples("image")[1])), True),
        (sent("form", "multipart/form-data; boundary=b", form(b"fox", b"0")), False),
        (sent("form", "multipart/form-data; boundary=b", form(b"", media.samples("image")[1])), False),
        (sent("decline", "application/json", b"{}"), False),
    ],
)
def test_only_real_media_and_promised_successes_are_clearly_allowed(exchange: Exchange, allowed: bool) -> None:
    assert allowed is Validity(DOCUMENT, Judge(DOCUMENT)).is_allowed(exchange)


def test_batches_and_unknown_adapters_are_no_positive_cases() -> None:
    """The forms of a batch are left out, adapters are those of the examples."""
    from mockserver.effective import effective

    document = effective()
    paths = prepare(document, account="abc").content["paths"]

    for path, item in paths.items():
        for operation in item.values():
            schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            for node in (schema, *schema.get("anyOf", ())):
                if "/ai/run/" in path:
                    assert {"requests", "request_id"}.isdisjoint(node.get("properties", {})), path
    upload = paths["/accounts/abc/ai/finetunes/{finetune_id}/finetune-assets"]["post"]
    assert ["support-tone"] == upload["parameters"][0]["schema"]["enum"]
