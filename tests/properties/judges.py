"""Two judges of the mock's answers that are not its own: openapi-core and jsonschema, and a reader of event streams.

Neither the mock's router nor its validators or its stream writer take part in a judgement.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.glance import Validator

EVENT_STREAM = "text/event-stream"
_HOST, _BASE = "https://api.cloudflare.com", "/client/v4"
_CONTRACT = "urn:contract"
_PLACEHOLDER = re.compile(r"\{([^{}/]+)\}")


class Judges:
    """Both judges of one OpenAPI document, given as a plain dictionary."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self._openapi = OpenAPI.from_dict(
            content,
            config=Config(
                spec_validator_cls=None,  # that the document is valid OpenAPI is another test's business
                extra_media_type_deserializers={EVENT_STREAM: _as_text},  # it knows no event streams
            ),
        )
        resource = Resource(contents=content, specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(_CONTRACT, resource)
        self._validators: dict[str, Any] = {}

    def request_faults(self, path: str, body: Any, media_type: str = "application/json") -> list[str]:
        """Say how a request body departs from the document; nothing when it is valid."""
        pointer = self._resolved(f"/paths/{_escaped(path)}/post/requestBody")
        return self._violations(f"{pointer}/content/{_escaped(media_type)}/schema", body)

    def answer_faults(
        self, path: str, parameters: dict[str, str], status: int, media_type: str, body: bytes
    ) -> list[str]:
        """Say how an answer to `POST path` (as the document writes it) departs from the document.

        Nothing when it is valid, or when the document does not describe answers of this status.
        """
        return [
            *self._by_openapi_core(path, parameters, status, media_type, body),
            *self._by_jsonschema(path, status, media_type, body),
        ]

    # openapi-core ---------------------------------------------------------------------------------------------

    def _by_openapi_core(
        self, path: str, parameters: dict[str, str], status: int, media_type: str, body: bytes
    ) -> list[str]:
        # openapi-core matches no raw slash in {model}; it gets the percent-encoded form, which means the same
        url = _PLACEHOLDER.sub(lambda found: quote(parameters[found[1]], safe=""), path)
        request = MockRequest(_HOST, "POST", _BASE + url, data=b"{}", headers={"authorization": "Bearer t"})
        response = MockResponse(body, status, content_type=media_type)
        try:
            self._openapi.validate_response(request, response)
        except OpenAPIError as error:
            return [f"openapi-core: {type(error).__name__}: {str(error)[:600]}"]
        return []

    # jsonschema -----------------------------------------------------------------------------------------------

    def _by_jsonschema(self, path: str, status: int, media_type: str, body: bytes) -> list[str]:
        responses = self._at(f"/paths/{_escaped(path)}/post/responses")
        name = next((each for each in (str(status), f"{status // 100}XX", "default") if each in responses), None)
        if name is None:
            return [f"jsonschema: status {status} is not declared"]
        pointer = self._resolved(f"/paths/{_escaped(path)}/post/responses/{name}")
        content = self._at(pointer).get("content")
        if not content:
            return []  # not described
        plain = media_type.split(";", 1)[0].strip().lower()
        if plain not in content:
            return [f"jsonschema: {media_type!r} is not declared for {status}, only {', '.join(content)}"]
        pointer += f"/content/{_escaped(plain)}"
        if plain == EVENT_STREAM:
            return self._stream_faults(pointer, body)
        if plain != "application/json" or "schema" not in content[plain]:
            return []
        try:
            value = strict_json(body)
        except ValueError as error:
            return [f"jsonschema: not JSON: {error}"]
        return self._violations(f"{pointer}/schema", value)

    def _stream_faults(self, pointer: str, body: bytes) -> list[str]:
        found = []
        for position, (_, data) in enumerate(events_of(body)):
            if data == "[DONE]":
                continue
            try:
                value = strict_json(data)
            except ValueError as error:
                return [f"event {position} is not JSON: {error}: {data[:200]!r}"]
            if "x-itemSchema" in self._at(pointer):
                found += [f"event {position}: {fault}" for fault in self._violations(f"{pointer}/x-itemSchema", value)]
        return found

    def _violations(self, pointer: str, value: Any) -> list[str]:
        validator = self._validators.get(pointer)
        if validator is None:
            reference = {"$ref": f"{_CONTRACT}#{quote(pointer, safe='/~')}"}
            validator = Validator(reference, registry=self._registry)
            self._validators[pointer] = validator
        return [f"jsonschema: {error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]

    # finding one's way ----------------------------------------------------------------------------------------

    def _at(self, pointer: str) -> Any:
        value: Any = self.content
        for part in pointer.split("/")[1:]:
            value = value[part.replace("~1", "/").replace("~0", "~")]
        return value

    def _resolved(self, pointer: str) -> str:
        """Return the pointer of what a reference at a pointer leads to."""
        value = self._at(pointer)
        while isinstance(value, dict) and "$ref" in value:
            pointer = value["$ref"].removeprefix("#")
            value = self._at(pointer)
        return pointer


def strict_json(text: str | bytes) -> Any:
    """Parse JSON as RFC 8259 has it: UTF-8 without a mark, no NaN, no Infinity; raises ValueError."""

    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is not JSON")

    if isinstance(text, bytes):
        text = text.decode("utf-8")
    return json.loads(text, parse_constant=refuse)


def events_of(stream: bytes) -> list[tuple[str, str]]:
    """Return the events of a stream as (name, data), read by the rules of the WHATWG standard.

    Raises ValueError for bytes after the last blank line: an event that no client would ever see.
    """
    text = stream.decode("utf-8").removeprefix("\ufeff")
    events: list[tuple[str, str]] = []
    name, data = "message", []
    lines = re.split(r"\r\n|\n|\r", text)
    if lines.pop():
        raise ValueError(f"the stream ends inside a line: {text[-80:]!r}")
    for line in lines:
        if not line:
            if data:
                events.append((name, "\n".join(data)))
            name, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            data.append(value)
        elif field == "event":
            name = value
    if data:
        raise ValueError(f"the stream ends inside an event: {data!r}")
    return events


def _as_text(body: bytes, **parameters: str) -> str:
    return body.decode("utf-8")


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
