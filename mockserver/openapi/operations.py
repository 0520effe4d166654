"""Operations of a document: parameters, bodies, responses, media types, examples. All of it on first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mockserver.errors import InvalidSchema, UnresolvedReference
from mockserver.openapi.validation import Schema, Validator, compiled

if TYPE_CHECKING:
    from mockserver.openapi.document import Document
    from mockserver.openapi.sampling import Sampler

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Example:
    """A named example of a media type or parameter."""

    name: str
    value: Any
    default: bool = False
    """Whether `x-microcks-default` marks it: it is chosen where nothing else chooses."""


class MediaType:
    """What a document says of one body in one media type."""

    def __init__(self, document: Document, name: str, raw: Mapping[str, Any], direction: str, pointer: str) -> None:
        self.document, self.name, self.raw, self.direction, self.pointer = document, name, raw, direction, pointer

    @cached_property
    def schema(self) -> Schema:
        """The schema as a self-contained JSON Schema; `True` when there is none."""
        if "schema" not in self.raw:
            return True
        return self.document.standalone(self.raw["schema"], direction=self.direction)

    @cached_property
    def validator(self) -> Validator:
        """The compiled schema; raises InvalidSchema or UnresolvedReference."""
        return compiled(self.schema)

    @cached_property
    def events(self) -> Validator | None:
        """For an event stream: judges the list of all JSON data in it; None when the document is silent."""
        if "x-itemSchema" not in self.raw:
            return None
        item = self.document.standalone(self.raw["x-itemSchema"], direction=self.direction)
        definitions = item.pop("$defs", {}) if isinstance(item, dict) else {}
        return compiled({"type": "array", "items": item, "$defs": definitions})

    @cached_property
    def sampler(self) -> Sampler:
        """Makes valid bodies."""
        from mockserver.openapi.sampling import Sampler

        return Sampler(self.schema, validator=self.validator)

    @cached_property
    def examples(self) -> dict[str, Example]:
        """The authored examples by name; a sole `example` is called "example"."""
        found: dict[str, Example] = {}
        named = self.raw.get("examples")
        for name, entry in named.items() if isinstance(named, dict) else ():
            try:
                entry = self.document.resolve(entry)
            except UnresolvedReference:
                continue
            if isinstance(entry, dict) and "value" in entry:
                found[name] = Example(name, entry["value"], entry.get("x-microcks-default") is True)
        if "example" in self.raw:
            found.setdefault("example", Example("example", self.raw["example"]))
        return found

    @cached_property
    def verified(self) -> dict[str, Example]:
        """The examples that are valid for the schema."""
        return {name: example for name, example in self.examples.items() if self.validator.is_valid(example.value)}

    @property
    def default_example(self) -> Example | None:
        """The verified example marked `x-microcks-default`, else the first verified one."""
        candidates = list(self.verified.values())
        return next((each for each in candidates if each.default), candidates[0] if candidates else None)


class Response:
    """What a document says of one status."""

    def __init__(self, document: Document, status: str, raw: Mapping[str, Any], pointer: str) -> None:
        self.document, self.status, self.raw, self.pointer = document, status, raw, pointer

    @property
    def description(self) -> str:
        """The response's description."""
        return str(self.raw.get("description", ""))

    @cached_property
    def content(self) -> dict[str, MediaType]:
        """The media types by name, lower case, without parameters. Empty means not described, not empty."""
        return _content(self.document, self.raw, "response", self.pointer)


class Operation:
    """One method of one path."""

    def __init__(
        self, document: Document, path: str, method: str, raw: dict[str, Any], item: dict[str, Any], pointer: str
    ) -> None:
        self.document, self.path, self.method, self.raw, self.pointer = document, path, method, raw, pointer
        self._item = item
        declared = raw.get("operationId")
        self.id = declared if isinstance(declared, str) and declared else f"{method} {path}"

    @property
    def summary(self) -> str:
        """The operation's summary."""
        return str(self.raw.get("summary", ""))

    @cached_property
    def parameters(self) -> tuple[dict[str, Any], ...]:
        """The parameter objects, those of the path item included; one of the operation wins."""
        found: dict[tuple[Any, Any], dict[str, Any]] = {}
        for raw in [*(self._item.get("parameters") or ()), *(self.raw.get("parameters") or ())]:
            parameter = self.document.resolve(raw)
            if isinstance(parameter, dict):
                found[parameter.get("name"), parameter.get("in")] = parameter
        return tuple(found.values())

    @cached_property
    def request_body(self) -> dict[str, Any] | None:
        """The request body object, None when the operation takes none."""
        body = self.document.resolve(self.raw.get("requestBody"))
        return body if isinstance(body, dict) else None

    @cached_property
    def request_content(self) -> dict[str, MediaType]:
        """The media types that a request body may have."""
        return _content(self.document, self.request_body or {}, "request", f"{self.pointer}/requestBody")

    @cached_property
    def responses(self) -> dict[str, Response]:
        """The declared responses by status: "200", "4XX", "default"."""
        found = {}
        for status, raw in (self.raw.get("responses") or {}).items():
            response = self.document.resolve(raw)
            if isinstance(response, dict):
                pointer = f"{self.pointer}/responses/{status}"
                found[str(status).upper().replace("DEFAULT", "default")] = Response(
                    self.document, str(status), response, pointer
                )
        return found

    def response(self, status: int) -> Response | None:
        """Return what is declared for a status: exactly, by its class (`2XX`), or by `default`."""
        declared = self.responses
        return declared.get(str(status)) or declared.get(f"{status // 100}XX") or declared.get("default")

    @cached_property
    def success(self) -> int:
        """The lowest 2xx status that is declared, one with content first; 200 when there is none."""
        statuses = [
            (not response.content, int(status.replace("XX", "00")))
            for status, response in self.responses.items()
            if status[0] == "2"
        ]
        return min(statuses)[1] if statuses else 200

    @property
    def security(self) -> list[dict[str, list[str]]]:
        """The security requirements in force: any one of them suffices; an empty list asks for nothing."""
        return list(self.raw.get("security", self.document.content.get("security") or []))

    @cached_property
    def defect(self) -> str | None:
        """Why this operation cannot be served, None when it can be: unresolved references, impossible schemas."""
        try:
            _ = self.parameters
            for media_type in self.request_content.values():
                _ = media_type.validator
            for response in self.responses.values():
                for media_type in response.content.values():
                    _ = media_type.validator, media_type.events
        except (UnresolvedReference, InvalidSchema) as error:
            return str(error)
        return None


def _content(document: Document, raw: Mapping[str, Any], direction: str, pointer: str) -> dict[str, MediaType]:
    content = raw.get("content")
    found = {}
    for name, value in content.items() if isinstance(content, dict) else ():
        if isinstance(value, dict):
            plain = name.split(";", 1)[0].strip().lower()
            found[plain] = MediaType(
                document, plain, value, direction, f"{pointer}/content/{name.replace('~', '~0').replace('/', '~1')}"
            )
    return found
