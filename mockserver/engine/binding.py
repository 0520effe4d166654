"""An operation, ready to be served: who answers it, and what its answers are held against. Made on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mockserver.engine import seeds
from mockserver.engine.dispatchers import Dispatcher
from mockserver.engine.invocation import Invocation
from mockserver.engine.preferences import Preference
from mockserver.engine.service import Responder, Service
from mockserver.engine.values import JSON, Answer, Problem, Refusal, refuse
from mockserver.errors import InvalidSchema, UnresolvedReference, nearest
from mockserver.openapi.operations import EVENT_STREAM, Example, MediaType, Operation, Response

Candidate = tuple[str, Callable[[Invocation], "Answer | None"]]
"""Who may answer, and how."""

Judge = Callable[[Answer], str | None]
"""Says what is wrong with an answer, None when nothing is."""


class Binding:
    """One operation and everything that serving it needs."""

    def __init__(self, operation: Operation, responder: Responder | None, dispatcher: Dispatcher | None) -> None:
        self.operation = operation
        self.responder = responder
        self.defect = operation.defect
        self.dispatcher = dispatcher
        self.body_required = bool((operation.request_body or {}).get("required"))
        self.takes_body = operation.request_body is not None
        self.required_parameters = tuple(
            (str(each["in"]), str(each["name"]))
            for each in (operation.parameters if self.defect is None else ())
            if each.get("required") is True and each.get("in") in ("query", "header") and "name" in each
        )
        self.candidates: tuple[Candidate, ...] = tuple(
            (name, produce)
            for name, produce in (
                ("dispatcher", self.dispatched if self.dispatcher else None),
                ("responder", responder),
                ("example", self.example),
                ("generator", self.generated),
            )
            if produce
        )
        """Who answers when nobody asked for anything else, in order."""
        self.matched: tuple[str, tuple[str, ...]] = ("matched %s", (operation.id,))
        """The note of a match, made once."""
        self._judges: dict[tuple[int, str], Judge] = {}
        self._body_types: dict[str, tuple[str, MediaType | None]] = {}

    def body_type(self, media_type: str) -> MediaType | None:
        """Return what is declared for a request body in this media type, wildcards included."""
        return _pick(self.operation.request_content, media_type)

    def reading(self, declared: str, service: Service) -> tuple[str, MediaType | None]:
        """Return the media type that a body is read in, by its Content-Type, and what is declared for it."""
        found = self._body_types.get(declared)
        if found is None:
            media_type = service.body_media_type(declared.split(";", 1)[0].strip().lower(), self.operation)
            found = media_type, self.body_type(media_type)
            if len(self._body_types) < 64:  # clients invent boundaries
                self._body_types[declared] = found
        return found

    def wrong_with(self, answer: Answer) -> str | None:
        """Say how an answer departs from the contract, None when it does not."""
        key = (answer.status, answer.media_type)
        judge = self._judges.get(key)
        if judge is None:
            judge = self._judges[key] = _judge(self.operation.response(answer.status), *key)
        return judge(answer)

    def answer(self, invocation: Invocation, first: Sequence[Candidate] = ()) -> Answer:
        """Return the answer of the first candidate that keeps to the contract; raises Refusal when none does."""
        for source, produce in (*first, *self.candidates) if first else self.candidates:
            answer = produce(invocation)
            if answer is None:
                continue
            wrong = self.wrong_with(answer)
            if wrong is None:
                invocation.source = source
                invocation.note("answered by the %s", source)
                return answer
            invocation.note("passed over the %s: %s", source, wrong)
        raise refuse("unanswerable", 501, f"nobody can answer {self.operation.id} within its contract")

    def dispatched(self, invocation: Invocation) -> Answer | None:
        """Return the example that the dispatcher chose, None when it chose nothing."""
        name = self.dispatcher(invocation) if self.dispatcher else None
        response = self.operation.response(self.operation.success)
        if name is None or response is None or not response.content:
            return None
        media_type = _first(response)
        example = media_type.examples.get(name)
        if example is None:
            invocation.note("the dispatcher chose %s, which is no example of %s", name, self.operation.success)
            return None
        return Answer(self.operation.success, example.value, media_type.name)

    # the candidates that need no responder ------------------------------------------------------------------

    def preferred(self, invocation: Invocation, preference: Preference) -> Answer:
        """Return what the caller asked for; raises Refusal when the document has no such answer."""
        status = preference.code or self.operation.success
        response = self.operation.response(status)
        if response is None:
            known = ", ".join(self.operation.responses)
            raise refuse("invalid", 400, f"Prefer: code={status} is not declared here; declared: {known}")
        if not response.content:
            if preference.example is not None:
                raise refuse("invalid", 400, f"Prefer: example={preference.example} is unknown; {status} has none")
            if status >= 400:
                raise Refusal(Problem("preferred", status, f"{status} was asked for"))
            return Answer(status, b"", "")
        media_type = _first(response)
        if preference.example is None:
            if preference.dynamic:
                return self._generated(invocation, status, media_type, ())
            return _default_example(status, media_type) or self._generated(invocation, status, media_type)
        example = media_type.examples.get(preference.example)
        if example is None:
            near = nearest(preference.example, media_type.examples)
            hint = f"; did you mean {near!r}?" if near else f"; known: {', '.join(media_type.examples) or 'none'}"
            raise refuse("invalid", 400, f"Prefer: example={preference.example} is unknown{hint}")
        return Answer(status, example.value, media_type.name)

    def example(self, invocation: Invocation) -> Answer | None:
        """Return the default example, if there is one and it verifies."""
        response = self.operation.response(self.operation.success)
        if response is None or not response.content:
            return None
        return _default_example(self.operation.success, _first(response))

    @property
    def has_example(self) -> bool:
        """Whether an example of the document verifies and answers by default."""
        response = self.operation.response(self.operation.success)
        return bool(response and response.content and _first(response).default_example)

    def generated(self, invocation: Invocation) -> Answer | None:
        """Return a value made from the schema; it keeps the valid leaves of an invalid example."""
        status = self.operation.success
        response = self.operation.response(status)
        if response is None or not response.content:
            return Answer(status, b"", "")
        return self._generated(invocation, status, _first(response))

    def _generated(
        self, invocation: Invocation, status: int, media_type: MediaType, like: Iterable[Example] | None = None
    ) -> Answer:
        from mockserver.openapi.sampling import Unsatisfiable  # seldom needed, and costs start-up time

        random = seeds.generator(seeds.digest(invocation.seed, "generated", status))
        candidates = list(media_type.examples.values() if like is None else like)
        try:
            if candidates:
                value = media_type.sampler.sample(random, like=candidates[0].value)
            else:
                value = media_type.sampler.sample(random)
        except Unsatisfiable as error:
            raise refuse("unanswerable", 501, f"no value satisfies the schema of {status}: {error}") from None
        if media_type.name != JSON and not media_type.name.endswith("+json"):
            value = value.encode() if isinstance(value, str) else seeds.canonical(value)
        return Answer(status, value, media_type.name)


def _default_example(status: int, media_type: MediaType) -> Answer | None:
    example = media_type.default_example
    return Answer(status, example.value, media_type.name) if example else None


def _first(response: Response) -> MediaType:
    """Return the media type that is answered where nothing else decides: JSON if there is any, else the first."""
    for name, media_type in response.content.items():
        if name == JSON or name.endswith("+json"):
            return media_type
    return next(iter(response.content.values()))


def _pick(content: dict[str, MediaType], name: str) -> MediaType | None:
    return content.get(name) or content.get(name.split("/", 1)[0] + "/*") or content.get("*/*")


def _judge(response: Response | None, status: int, media_type: str) -> Judge:
    """Make the judge of all answers with one status and media type."""
    if response is None:
        return lambda answer: f"status {status} is not declared"
    if not response.content:
        return lambda answer: None  # not described
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
    is_valid = validator.is_valid

    def judge_body(answer: Answer) -> str | None:
        if is_valid(answer.value):
            return None
        worst = validator.violations(answer.value, every=False)[0]
        return f"{worst.pointer or '/'} breaks {worst.keyword}: {worst.message}"

    return judge_body
