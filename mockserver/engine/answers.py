"""The answers that a document itself gives: by status, media type, example and schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockserver.engine import seeds
from mockserver.engine.invocation import Invocation
from mockserver.engine.negotiation import choose, declared, is_json
from mockserver.engine.preferences import Preference, items
from mockserver.engine.values import Answer, Problem, Refusal, Settings, refuse
from mockserver.errors import nearest
from mockserver.openapi.operations import Example, MediaType, Operation, Response

_BODYLESS = frozenset((204, 205, 304))
_KEPT = 64


@dataclass(frozen=True, slots=True)
class Selection:
    """A declared answer: its status and, where it has a body, its media type."""

    status: int
    response: Response | None = None
    media_type: MediaType | None = None
    name: str = ""
    """The media type that goes out; that of the document may be a wildcard."""


class Answers:
    """What the document says of one operation, ready to be answered with.

    Where it `negotiates`, `Accept` chooses among statuses and media types, headers are made, and the examples of
    parts are kept. Raises UnresolvedReference or InvalidSchema on first use where a schema cannot be used.
    """

    def __init__(self, operation: Operation, settings: Settings, *, negotiates: bool) -> None:
        self.operation, self.negotiates = operation, negotiates
        self.usual = self._usual()
        """What answers where the caller does not care."""
        self.dynamic = negotiates and settings.dynamic
        self._fields = settings.optional_fields if negotiates else "typical"
        self._items = items(settings.array_items) if negotiates and settings.array_items else None
        self._selections: dict[str, Selection | None] = {}
        self._headers: dict[int, Any] = {}
        self._parts: dict[int, Any] = {}

    # which answer ---------------------------------------------------------------------------------------------------

    def selected(self, invocation: Invocation) -> Selection:
        """Return what is answered with, by the request's `Accept`; raises Refusal (406) when it takes nothing here."""
        accept = invocation.request.header(b"accept") if self.negotiates else None
        if accept is None or accept == "*/*":
            return self.usual
        if accept not in self._selections:
            if len(self._selections) >= _KEPT:
                self._selections.clear()
            self._selections[accept] = self._negotiated(accept)
        found = self._selections[accept]
        if found is None:
            offers = dict.fromkeys(name for _, response in self.operation.outcomes for name in response.content)
            raise refuse("not-acceptable", 406, f"Accept: {accept[:200]} takes none of {', '.join(offers)}")
        return found

    def _usual(self) -> Selection:
        if not self.operation.outcomes:
            return Selection(200)
        status, response = self.operation.outcomes[0]
        return _selection(status, response, None) or Selection(status, response)

    def _negotiated(self, accept: str) -> Selection | None:
        for status, response in self.operation.outcomes:
            found = _selection(status, response, accept)
            if found is not None:
                return found
        return None if self.operation.outcomes else Selection(200)

    # the answers ------------------------------------------------------------------------------------------------------

    def named(self, invocation: Invocation, name: str) -> Answer | None:
        """Return the example of that name, None when there is none."""
        selected = self.selected(invocation)
        example = selected.media_type.examples.get(name) if selected.media_type else None
        return _authored(selected, example) if example else None

    def example(self, invocation: Invocation) -> Answer | None:
        """Return the default example, None when there is none that verifies."""
        return None if self.dynamic else self._example(self.selected(invocation))

    @property
    def has_example(self) -> bool:
        """Whether an example of the document verifies and answers by default."""
        return self._example(self.usual) is not None

    def generated(self, invocation: Invocation, preference: Preference | None = None) -> Answer:
        """Return a value made by the schema; it keeps the valid parts of examples, unless it is to be dynamic."""
        return self._generated(invocation, self.selected(invocation), preference)

    def preferred(self, invocation: Invocation, preference: Preference) -> Answer:
        """Return what the caller asked for; raises Refusal when the document has no such answer."""
        selected = self._preferred(invocation, preference)
        if selected.media_type is None:
            if preference.example is not None:
                told = f"Prefer: example={preference.example} is unknown; {selected.status} has none"
                raise refuse("invalid", 400, told)
            if selected.status >= 400:
                raise Refusal(Problem("preferred", selected.status, f"{selected.status} was asked for", asked=True))
            return Answer(selected.status, b"", "")
        if preference.example is None:
            fixed = None if preference.is_dynamic else self._example(selected)
            return fixed or self._generated(invocation, selected, preference)
        examples = selected.media_type.examples
        example = examples.get(preference.example)
        if example is None:
            near = nearest(preference.example, examples)
            hint = f"; did you mean {near!r}?" if near else f"; known: {', '.join(examples) or 'none'}"
            raise refuse("invalid", 400, f"Prefer: example={preference.example} is unknown{hint}")
        return _authored(selected, example)

    def _preferred(self, invocation: Invocation, preference: Preference) -> Selection:
        if preference.code is None:
            selected = self.selected(invocation)
            name = preference.example
            if name is None or selected.media_type is None or name in selected.media_type.examples:
                return selected
            return self._holding(name) or selected
        response = self.operation.response(preference.code)
        if response is None:
            known = ", ".join(self.operation.responses)
            raise refuse("invalid", 400, f"Prefer: code={preference.code} is not declared here; declared: {known}")
        accept = invocation.request.header(b"accept") if self.negotiates else None
        found = _selection(preference.code, response, accept) or _selection(preference.code, response, None)
        return found or Selection(preference.code, response)

    def _holding(self, name: str) -> Selection | None:
        """Return the answer that has an example of that name, whatever its status or media type."""
        if not self.negotiates:
            return None
        for status, response in self.operation.responses.items():
            for media_type in response.content.values():
                if name in media_type.examples and status != "default":
                    number = int(status.replace("XX", "00"))
                    return _selection(number, response, media_type.name)
        return None

    def headers(self, answer: Answer, invocation: Invocation) -> list[tuple[str, str]]:
        """Return the declared headers that an answer lacks."""
        status = answer.status
        if status not in self._headers:
            from mockserver.engine.response_headers import ResponseHeaders

            response = self.operation.response(status)
            made = ResponseHeaders(response) if response else None
            self._headers[status] = None if made is None or made.is_idle(status) else made
        declared = self._headers[status]
        if declared is None:
            return []
        random = seeds.generator(seeds.digest(invocation.seed, "headers", status))
        present = {name.lower() for name, _ in answer.headers}
        return list(declared.made(status, present, random, required_only=self._fields == "minimal"))

    # how they are made ------------------------------------------------------------------------------------------------

    def _example(self, selected: Selection) -> Answer | None:
        example = selected.media_type.default_example if selected.media_type else None
        return _authored(selected, example) if example else None

    def _generated(self, invocation: Invocation, selected: Selection, preference: Preference | None) -> Answer:
        media_type, status = selected.media_type, selected.status
        if media_type is None:
            return Answer(status, b"", "")
        if is_json(selected.name):
            return Answer(status, self._value(invocation, selected, media_type, preference), selected.name)
        from mockserver.engine import bodies

        is_file = bodies.is_file(selected.name)
        value = "" if is_file else self._value(invocation, selected, media_type, preference)
        return bodies.written(status, value, selected.name, media_type)

    def _value(
        self, invocation: Invocation, selected: Selection, media_type: MediaType, preference: Preference | None
    ) -> Any:
        from mockserver.openapi.sampling import MISSING, Unsatisfiable  # seldom needed, and costs start-up time

        seed = seeds.digest(invocation.seed, "generated", selected.status)
        dynamic = self.dynamic if preference is None or preference.dynamic is None else preference.dynamic
        like: Any = MISSING
        if not dynamic and (preference is None or not preference.is_dynamic):
            like = self._like(media_type)
        told: dict[str, Any] = {
            "like": like,
            "size": (preference and preference.fields) or self._fields,
            "items": (preference and preference.items) or self._items,
        }
        try:
            return media_type.sample(lambda: seeds.generator(seed), **told)
        except Unsatisfiable as error:
            status = selected.status
            raise refuse("unanswerable", 501, f"no value satisfies the schema of {status}: {error}") from None

    def _like(self, media_type: MediaType) -> Any:
        """Return what the authors wrote, to be kept as far as it is right: an example, else those of parts."""
        from mockserver.openapi.sampling import MISSING

        if media_type.examples:
            written = next(iter(media_type.examples.values())).value
            return MISSING if isinstance(written, bytes) else written
        if id(media_type) not in self._parts:
            from mockserver.openapi.part_examples import from_parts

            written = MISSING
            if self.negotiates and "schema" in media_type.raw:
                written = from_parts(media_type.document, media_type.raw["schema"])
            self._parts[id(media_type)] = written
        return self._parts[id(media_type)]


def _selection(status: int, response: Response, accept: str | None) -> Selection | None:
    """Return how a response answers, None where the caller takes none of its media types."""
    if not response.content or status in _BODYLESS:
        return Selection(status, response)
    name = choose(response.content, accept)
    if name is None:
        return None
    found = declared(response.content, name)
    return Selection(status, response, response.content[found], name) if found else None


def _authored(selected: Selection, example: Example) -> Answer:
    """Return an example as it goes out: as it was written."""
    if is_json(selected.name) or isinstance(example.value, bytes) or selected.media_type is None:
        return Answer(selected.status, example.value, selected.name)
    from mockserver.engine import bodies

    return bodies.written(selected.status, example.value, selected.name, selected.media_type, authored=True)
