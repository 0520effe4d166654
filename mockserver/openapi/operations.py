"""Operations of a document: parameters, bodies, responses, media types, examples. All of it on first use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from mockserver.errors import InvalidSchema, UnresolvedReference
from mockserver.openapi.servers import base_paths
from mockserver.openapi.validation import Schema, Validator, compiled

if TYPE_CHECKING:
    from random import Random

    from mockserver.openapi.document import Document
    from mockserver.openapi.sampling import Sampler

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

EVENT_STREAM = "text/event-stream"

_DEFAULT, _LAST = 2, 5
_RANKS = {"2": 0, "3": 1, "4": 3, "5": 4}
"""Which classes of statuses answer a request that is right, the least first."""


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

    @property
    def schema(self) -> Schema:
        """The schema as a self-contained JSON Schema; `True` when there is none.

        Parts that cannot be read take anything, with a diagnostic. Raises UnresolvedReference or InvalidSchema where
        nothing of it can be used; for a request that is a diagnostic, too: its body is then not checked.
        """
        return self._compiled[0]

    @cached_property
    def validator(self) -> Validator:
        """The compiled schema; raises InvalidSchema or UnresolvedReference."""
        return self._compiled[1]

    @cached_property
    def _compiled(self) -> tuple[Schema, Validator]:
        if "schema" not in self.raw:
            return True, compiled(True)
        try:
            schema, validator, complaints = self.document.tolerated(self.raw["schema"], direction=self.direction)
        except (UnresolvedReference, InvalidSchema) as error:
            if self.direction != "request":
                raise
            schema, validator, complaints = True, compiled(True), [f"the body is not checked: {error}"]
        for complaint in complaints:
            self.document.report(f"{self.pointer}/schema", complaint)
        return schema, validator

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
        """Makes valid bodies: without what must not be sent, and with the values of discriminators."""
        from mockserver.openapi.sampling import Sampler
        from mockserver.openapi.tolerance import readable

        schema = self.schema
        if "schema" in self.raw:
            try:
                exact = self.document.standalone(self.raw["schema"], direction=self.direction, for_samples=True)
                if exact != schema:
                    return Sampler(readable(exact), validator=self.validator)
            except (UnresolvedReference, InvalidSchema):
                pass  # the tolerant reading serves
        return self.plain_sampler

    @cached_property
    def plain_sampler(self) -> Sampler:
        """Makes valid bodies, whatever discriminators say: for schemas that contradict theirs."""
        from mockserver.openapi.sampling import Sampler

        return Sampler(self.schema, validator=self.validator)

    def sample(self, random: Callable[[], Random], **told: Any) -> Any:
        """Return a valid body; where what discriminators say cannot be kept, one that is valid all the same.

        `random` is called anew for each attempt, `told` is what the sampler takes. Raises Unsatisfiable, and
        InvalidSchema or UnresolvedReference where the schema cannot be used.
        """
        from mockserver.openapi.sampling import Unsatisfiable

        try:
            return self.sampler.sample(random(), **told)
        except Unsatisfiable:
            if self.sampler is self.plain_sampler:
                raise
            return self.plain_sampler.sample(random(), **told)

    @cached_property
    def examples(self) -> dict[str, Example]:
        """The authored examples by name; a sole `example` is called "example".

        Text that holds JSON, where the schema takes no text, is read. An `externalValue` is read from the document's
        folder; what cannot be read is a diagnostic.
        """
        found: dict[str, Example] = {}
        named = self.raw.get("examples")
        for name, entry in named.items() if isinstance(named, dict) else ():
            try:
                entry = self.document.resolve(entry)
                if isinstance(entry, dict) and ("value" in entry or "externalValue" in entry):
                    value = entry["value"] if "value" in entry else self._external(str(entry["externalValue"]))
                    found[name] = Example(name, self._read(value), entry.get("x-microcks-default") is True)
            except UnresolvedReference as error:
                self.document.report(f"{self.pointer}/examples/{name}", f"the example is left out: {error}")
        if "example" in self.raw:
            found.setdefault("example", Example("example", self._read(self.raw["example"])))
        return found

    @property
    def is_json(self) -> bool:
        """Whether it is JSON, under its own or another name."""
        return self.name == "application/json" or self.name.endswith("+json")

    def _read(self, value: Any) -> Any:
        """Return an example; text that holds JSON is read where the schema takes no text."""
        if not isinstance(value, str) or not self.is_json or value.lstrip()[:1] not in ("{", "["):
            return value
        try:
            if self.validator.is_valid(value):
                return value
            return orjson.loads(value)
        except (UnresolvedReference, InvalidSchema, orjson.JSONDecodeError):
            return value

    def _external(self, name: str) -> Any:
        data = self.document.file(name)
        try:
            return orjson.loads(data) if self.is_json else data.decode()
        except orjson.JSONDecodeError as error:
            raise UnresolvedReference(f"{name} is no JSON: {error}") from None
        except UnicodeDecodeError:
            return data

    @cached_property
    def verified(self) -> dict[str, Example]:
        """The examples that are valid for the schema; text in a media type that is not JSON is what it is."""
        return {name: example for name, example in self.examples.items() if self._holds(example.value)}

    def _holds(self, value: Any) -> bool:
        if isinstance(value, bytes):
            return True
        if self.validator.is_valid(value):
            return True
        from mockserver.openapi.parameters.kinds import Shape

        return isinstance(value, str) and not self.is_json and "string" not in Shape.of(self.schema).kinds

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
        self.item = item
        declared = raw.get("operationId")
        self.id = declared if isinstance(declared, str) and declared else f"{method} {path}"

    @property
    def summary(self) -> str:
        """The operation's summary."""
        return str(self.raw.get("summary", ""))

    @cached_property
    def parameters(self) -> tuple[dict[str, Any], ...]:
        """The parameter objects, those of the path item included; one of the operation wins.

        A reference that leads nowhere costs its parameter, with a diagnostic.
        """
        found: dict[tuple[Any, Any], dict[str, Any]] = {}
        for raw in [*_list(self.item.get("parameters")), *_list(self.raw.get("parameters"))]:
            try:
                parameter = self.document.resolve(raw)
            except UnresolvedReference as error:
                self.document.report(self.pointer, f"a parameter is left out: {error}")
                continue
            if isinstance(parameter, dict):
                found[parameter.get("name"), parameter.get("in")] = parameter
        return tuple(found.values())

    @cached_property
    def request_body(self) -> dict[str, Any] | None:
        """The request body object, None when the operation takes none."""
        try:
            body = self.document.resolve(self.raw.get("requestBody"))
        except UnresolvedReference as error:
            self.document.report(f"{self.pointer}/requestBody", f"the body is not checked: {error}")
            return None
        return body if isinstance(body, dict) else None

    @cached_property
    def request_content(self) -> dict[str, MediaType]:
        """The media types that a request body may have."""
        return _content(self.document, self.request_body or {}, "request", f"{self.pointer}/requestBody")

    @cached_property
    def responses(self) -> dict[str, Response]:
        """The declared responses by status: "200", "4XX", "default"."""
        found = {}
        declared = self.raw.get("responses")
        for status, raw in declared.items() if isinstance(declared, dict) else ():
            try:
                response = self.document.resolve(raw)
            except UnresolvedReference as error:
                self.document.report(f"{self.pointer}/responses/{status}", f"the response is left out: {error}")
                continue
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
    def outcomes(self) -> tuple[tuple[int, Response], ...]:
        """The statuses that may answer a request that is right, the preferred one first.

        The lowest 2xx with content, then those without; `2XX` is 200. Without any: the redirections, `default` as
        200, and at last the errors. Empty where nothing is declared.
        """
        ranked = []
        for status, response in self.responses.items():
            if status == "default":
                ranked.append((_DEFAULT, 0, 200, response))
            elif status[:1] == "1":
                ranked.append((_LAST, 0, 200, response))  # what is only a beginning cannot be answered with
            elif status[:1] in _RANKS and (status[1:] == "XX" or status.isdecimal()) and len(status) == 3:
                empty = not response.content and status[0] == "2"
                number = self._free(status[0]) if status[1:] == "XX" else int(status)
                ranked.append((_RANKS[status[0]], int(empty), number, response))
        ranked.sort(key=lambda each: each[:3])
        return tuple((each[2], each[3]) for each in ranked if each[0] == ranked[0][0])

    def _free(self, digit: str) -> int:
        """Return the lowest status of a class that is not declared by itself: the one that `2XX` stands for."""
        return next(number for number in range(int(digit) * 100, 600) if str(number) not in self.responses)

    @cached_property
    def success(self) -> int:
        """The status that answers where nothing else decides; 200 when none is declared."""
        return self.outcomes[0][0] if self.outcomes else 200

    @cached_property
    def base_paths(self) -> tuple[str, ...] | None:
        """The paths of the servers of this operation or of its path, "" left out; None where it has none of its own."""
        servers = self.raw.get("servers") or self.item.get("servers")
        return base_paths(servers) if isinstance(servers, list) else None

    @property
    def security(self) -> list[dict[str, list[str]]]:
        """The security requirements in force: any one of them suffices; an empty list asks for nothing."""
        named = self.raw.get("security", self.document.content.get("security"))
        return [each for each in _list(named) if isinstance(each, dict)]

    @cached_property
    def defect(self) -> str | None:
        """Why this operation cannot be served, None when it can be: its answer refers to nothing, or cannot be made."""
        try:
            _ = self.request_content
            for _, response in self.outcomes:
                for media_type in response.content.values():
                    _ = media_type.validator, media_type.events
        except (UnresolvedReference, InvalidSchema) as error:
            return str(error)
        return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _content(document: Document, raw: Mapping[str, Any], direction: str, pointer: str) -> dict[str, MediaType]:
    content = raw.get("content")
    found = {}
    for name, value in content.items() if isinstance(content, dict) else ():
        if isinstance(value, dict):
            plain = name.split(";", 1)[0].strip().lower()
            if plain in found and name.lower() != plain:
                continue  # one with parameters beside the plain one, or beside another
            found[plain] = MediaType(
                document, plain, value, direction, f"{pointer}/content/{name.replace('~', '~0').replace('/', '~1')}"
            )
    return found
