"""An operation, ready to be served: who answers it, and what its answers are held against. Made on first use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import orjson

from mockserver.engine.answers import Answers
from mockserver.engine.invocation import Invocation
from mockserver.engine.preferences import Preference
from mockserver.engine.service import Responder, Service
from mockserver.engine.values import JSON, Answer, refuse, to_json
from mockserver.errors import InvalidSchema, UnresolvedReference
from mockserver.openapi.operations import EVENT_STREAM, MediaType, Operation, Response
from mockserver.openapi.outlines import Outline

if TYPE_CHECKING:
    from mockserver.engine.authored import Authored
    from mockserver.openapi.parameters import Parameters

Candidate = tuple[str, Callable[[Invocation], "Answer | None"]]
"""Who may answer, and how."""

_ASKED = ("preference", "stub")
_DOCUMENTARY = ("example", "generator")
_ANSWERED = {
    source: (f"answered by the {source}", ())
    for source in ("preference", "stub", "dispatcher", "responder", "example", "generator")
}
_BODYLESS = (204, 205, 304)
Judge = Callable[[Answer], str | None]
"""Says what is wrong with an answer, None when nothing is."""


class Binding:
    """One operation and everything that serving it needs."""

    def __init__(
        self, operation: Operation, responder: Responder | None, authored: Authored | None, answers: Answers
    ) -> None:
        self.operation = operation
        self.responder = responder
        self.defect = operation.defect
        self.authored = authored
        self.answers = answers
        """What the document itself says; where it negotiates, the document is followed in everything."""
        self.parameters = _parameters(operation, authored) if answers.negotiates else None
        """The parameters to be read and judged; None where only the required ones are looked for."""
        self.body_required = bool((operation.request_body or {}).get("required"))
        self.takes_body = operation.request_body is not None
        self.required_parameters = tuple(
            (str(each["in"]), str(each["name"]))
            for each in (operation.parameters if self.defect is None and self.parameters is None else ())
            if each.get("required") is True and each.get("in") in ("query", "header") and "name" in each
        )
        self.candidates: tuple[Candidate, ...] = tuple(
            (name, produce)
            for name, produce in (
                ("dispatcher", self.dispatched if authored else None),
                ("responder", responder),
                ("example", self.example),
                ("generator", self.generated if authored and authored.touches_examples else answers.generated),
            )
            if produce
        )
        """Who answers when nobody asked for anything else, in order."""
        self.documentary = tuple(each for each in self.candidates if each[0] in _DOCUMENTARY)
        """Those of them who know nothing but the document."""
        self.matched: tuple[str, tuple[str, ...]] = ("matched %s", (operation.id,))
        """The note of a match, made once."""
        self._judges: dict[tuple[int, str], Judge] = {}
        self._plain: set[Outline | None] = set()
        """Outlines of which the contract plainly admits every value; each is of one status and media type."""
        self._body_types: dict[bytes, tuple[str, MediaType | None]] = {}

    def body_type(self, media_type: str) -> MediaType | None:
        """Return what is declared for a request body in this media type, wildcards included."""
        return _pick(self.operation.request_content, media_type)

    def reading(self, declared: bytes, service: Service) -> tuple[str, MediaType | None]:
        """Return the media type that a body is read in, by its Content-Type, and what is declared for it."""
        found = self._body_types.get(declared)
        if found is None:
            named = declared.decode("latin-1").split(";", 1)[0].strip().lower()
            media_type = service.body_media_type(named, self.operation)
            found = media_type, self.body_type(media_type)
            if len(self._body_types) < 64:  # clients invent boundaries
                self._body_types[declared] = found
        return found

    def wrong_with(self, answer: Answer) -> str | None:
        """Say how an answer departs from the contract, None when it does not."""
        key = (answer.status, answer.media_type)
        judge = self._judges.get(key)
        if judge is None:
            described = any(status[:1] != "1" for status in self.operation.responses)
            judge = _judge(self.operation.response(answer.status), *key, self._plain) if described else _unjudged
            self._judges[key] = judge
        return judge(answer)

    def answer(
        self, invocation: Invocation, first: Sequence[Candidate] = (), candidates: Sequence[Candidate] = ()
    ) -> Answer:
        """Return the answer of the first candidate that keeps to the contract; raises Refusal when none does.

        `first` are asked before the usual ones, `candidates` in place of them.
        """
        if self.authored is not None:
            self.authored.admit(invocation)
        usual = candidates or self.candidates
        for source, produce in (*first, *usual) if first else usual:
            answer = produce(invocation)
            if answer is None:
                continue
            wrong = None if answer.forwarded or answer.outline in self._plain else self.wrong_with(answer)
            if wrong is None:
                invocation.source = source
                invocation.notes.append(_ANSWERED[source])
                if self.parameters is not None and not answer.forwarded:
                    declared = self.answers.headers(answer, invocation)
                    if declared:
                        answer = replace(answer, headers=[*answer.headers, *declared])  # a stub may keep its own
                return answer if self.authored is None else self.authored.finish(answer, invocation)
            invocation.note("passed over the %s: %s", source, wrong)
            if source in _ASKED:  # somebody waits for this very answer
                invocation.warn(f"passed over the {source}: {wrong}")
        raise refuse("unanswerable", 501, f"nobody can answer {self.operation.id} within its contract")

    def dispatched(self, invocation: Invocation) -> Answer | None:
        """Return the example that the dispatcher chose, None when it chose nothing."""
        return self.authored.dispatched(invocation, self.wrong_with) if self.authored else None

    def chosen(self, name: str, invocation: Invocation) -> Answer:
        """Return the example of that name, whatever its status; raises Refusal when there is none."""
        from mockserver.engine.authored import Authored  # seldom needed

        authored = self.authored or Authored(self.operation, for_microcks=False)
        return authored.chosen(name, invocation, self.wrong_with)

    def example(self, invocation: Invocation) -> Answer | None:
        """Return the default example, if there is one and it verifies."""
        if self.authored is not None and self.authored.touches_examples and not self.answers.dynamic:
            selected = self.answers.selected(invocation)
            found = self.authored.default(invocation, selected.status, selected.name, self.wrong_with)
            return found or self.answers.example(invocation)
        return self.answers.example(invocation)

    def generated(self, invocation: Invocation) -> Answer:
        """Return a value made by the schema; templates that it keeps of an example are filled in."""
        answer = self.answers.generated(invocation)
        return self.authored.completed(answer, invocation, self.wrong_with) if self.authored else answer

    @cached_property
    def declared_parameters(self) -> Parameters:
        """All parameters of the document, ready to be read and judged."""
        return self.parameters or _parameters(self.operation, self.authored)

    @property
    def has_example(self) -> bool:
        """Whether an example of the document verifies and answers by default."""
        return self.answers.has_example

    def preferred(self, invocation: Invocation, preference: Preference) -> Answer:
        """Return what the caller asked for; raises Refusal when the document has no such answer."""
        answer = self.answers.preferred(invocation, preference)
        if self.authored is not None and self.authored.touches_examples and not preference.is_dynamic:
            named = preference.example
            return self.authored.filled(answer, invocation, self.wrong_with, named)
        return answer


def _parameters(operation: Operation, authored: Authored | None) -> Parameters:
    from mockserver.openapi.parameters import Parameters  # the Workers AI mock does without it
    from mockserver.openapi.security import query_names

    return Parameters(operation, [*query_names(operation), *(authored.query_names if authored else ())])


def _pick(content: dict[str, MediaType], name: str) -> MediaType | None:
    return content.get(name) or content.get(name.split("/", 1)[0] + "/*") or content.get("*/*")


def _unjudged(answer: Answer) -> None:
    """Find nothing wrong: the operation says nothing of its answers."""


def _judge(response: Response | None, status: int, media_type: str, plain: set[Outline | None]) -> Judge:
    """Make the judge of all answers with one status and media type; what is plainly admitted goes to `plain`."""
    if response is None:
        return lambda answer: f"status {status} is not declared"
    if not response.content or status in _BODYLESS:
        return lambda answer: None  # not described
    media_type = media_type.split(";", 1)[0]
    declared = _pick(response.content, media_type)
    if declared is None:
        known = ", ".join(response.content)
        return lambda answer: f"{media_type or 'an empty body'} is not declared for {status}, only {known}"
    try:
        events, validator = declared.events, declared.validator
    except (InvalidSchema, UnresolvedReference) as error:
        reason = f"the schema of {status} cannot be used: {error}"
        return lambda answer: reason
    if media_type == EVENT_STREAM:
        if events is None:
            return lambda answer: None
        are_valid = events.is_valid

        def judge_events(answer: Answer) -> str | None:
            data = [event.data for event in answer.events or () if not isinstance(event.data, str)]
            if are_valid(data):
                return None
            worst = events.violations(data, every=False)[0]
            return f"event {worst.pointer or '/'} breaks {worst.keyword}: {worst.message}"

        return judge_events
    if media_type != JSON and not media_type.endswith("+json"):
        return lambda answer: None
    is_valid, schema = validator.is_valid, declared.schema
    others: set[Outline] = set()

    def judge_body(answer: Answer) -> str | None:
        value, outline = answer.value, answer.outline
        if outline is not None:
            if outline not in others and outline.is_within(schema):
                plain.add(outline)
                return None
            others.add(outline)
            value = orjson.loads(to_json(value))
        if is_valid(value):
            return None
        worst = validator.violations(value, every=False)[0]
        return f"{worst.pointer or '/'} breaks {worst.keyword}: {worst.message}"

    return judge_body
