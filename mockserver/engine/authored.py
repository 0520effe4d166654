"""What an operation's authors wrote for mocks: named examples, dispatchers, templates, delays, constraints.

Made on the operation's first use, and only where there is something to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import orjson

from mockserver.engine import constraints, delays, dispatchers
from mockserver.engine.dispatchers import Dispatcher, Forward
from mockserver.engine.invocation import Invocation
from mockserver.engine.negotiation import choose, declared, is_json
from mockserver.engine.pairs import Pairs, Reply
from mockserver.engine.paths import own_path
from mockserver.engine.templates import Scope, Template, TemplateError
from mockserver.engine.values import Answer, HttpRequest, HttpResponse, one_line, refuse, to_json
from mockserver.errors import UsageError, nearest
from mockserver.openapi.extensions import EXAMPLES, OPERATION
from mockserver.openapi.operations import Operation

Egress = Callable[[HttpRequest, str], HttpResponse]
"""Sends a request on to the server at a base URL and returns its response."""


Wrong = Callable[[Answer], str | None]
"""Says what is wrong with an answer, None when nothing is."""


class Authored:
    """The authored part of one operation, ready to be served."""

    def __init__(
        self,
        operation: Operation,
        *,
        for_microcks: bool,
        strict: bool = False,
        has_responder: bool = False,
        egress: Egress | None = None,
    ) -> None:
        self.operation = operation
        self.faults: list[str] = []
        """What could not be followed."""
        self._egress = egress
        extension = operation.raw.get(OPERATION)
        settings: Mapping[str, Any] = extension if isinstance(extension, Mapping) else {}
        self.pairs = Pairs(operation)
        self.delayed = for_microcks or strict
        asked = self._attempt(lambda: dispatchers.dispatcher_of(operation, self.pairs, dispatchers.built_in()))
        self.dispatcher_name, self._dispatch = self._dispatcher(settings, asked)
        meant = strict or (not self.faults and (bool(settings) or EXAMPLES in operation.raw))
        self.refuses_strangers = asked is not None or (
            meant and not has_responder and self.dispatcher_name in dispatchers.INFERRED
        )
        """Whether a request that no example fits is refused, as Microcks does; else the next in line answers."""
        self.usual_delay = self._attempt(lambda: delays.declared(settings))
        self._asked = constraints.constraints(settings.get("parameterConstraints"), self.faults)
        self._templates: dict[tuple[str, int, str], tuple[Template, tuple[tuple[str, Template], ...]]] = {}

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do that the pipeline would not do by itself."""
        return not (self._dispatch or self.usual_delay or self._asked or self.delayed or self.touches_examples)

    @cached_property
    def templated(self) -> bool:
        """Whether examples may be templates: the document is for Microcks, or this operation speaks its language."""
        return self.delayed or any(
            template.is_unmistakable for reply in self.pairs.replies for template in self._all_templates(reply)
        )

    @cached_property
    def _queried(self) -> bool:
        """Whether `?delay=` is ours, and no parameter of the API."""
        named = [each.get("name") for each in self.operation.parameters if each.get("in") == "query"]
        return delays.QUERY not in named

    @property
    def query_names(self) -> list[str]:
        """The query parameters that mean something here without being declared."""
        ours = [delays.QUERY, delays.STRATEGY_QUERY] if self.delayed and self._queried else []
        return [*ours, *(each.name for each in self._asked if each.where == "query")]

    @cached_property
    def touches_examples(self) -> bool:
        """Whether examples are more than they seem: templates, or held back for a time of their own."""
        return any(reply.settings for reply in self.pairs.replies) or (
            self.templated
            and any(template.is_dynamic for reply in self.pairs.replies for template in self._all_templates(reply))
        )

    def check(self) -> list[str]:
        """Return everything that cannot be followed, templates included."""
        for reply in self.pairs.replies:
            self._attempt(partial(delays.declared, reply.settings))
        return [*self.faults, *(self.template_faults() if self.templated else ())]

    def template_faults(self) -> list[str]:
        """Return what is no expression in the templates of the replies."""
        return [
            f"{reply.name}: {fault}"
            for reply in self.pairs.replies
            for template in self._all_templates(reply)
            for fault in template.faults
        ]

    def admit(self, invocation: Invocation) -> None:
        """Raise Refusal when a request breaks a constraint on its parameters."""
        if self._asked:
            constraints.enforce(self._asked, invocation)

    def dispatched(self, invocation: Invocation, wrong_with: Wrong) -> Answer | None:
        """Return the reply that the dispatcher chose, None when it leaves the answer to the next in line.

        Raises Refusal when no example fits and strangers are refused.
        """
        if self._dispatch is None:
            return None
        decided = self._dispatch(invocation)
        if isinstance(decided, Forward):
            return self._forwarded(decided, invocation)
        replies = [reply for name in decided for reply in self.pairs.named(name)]
        if replies:
            chosen = preferred(replies, invocation)
            invocation.note("%s chose the example %s", self.dispatcher_name, chosen.name)
            return self._answer(chosen, invocation, wrong_with)
        invocation.note("%s finds no example for this request", self.dispatcher_name)
        if self.refuses_strangers and self.pairs:
            known = ", ".join(list(self.pairs)[:12])
            raise refuse("invalid", 400, f"{self.dispatcher_name} finds no example for this request among: {known}")
        return None

    def chosen(self, name: str, invocation: Invocation, wrong_with: Wrong) -> Answer:
        """Return the reply of that name in the media type that the caller likes best; raises Refusal without one."""
        replies = self.pairs.named(name)
        if replies and (answer := self._answer(preferred(list(replies), invocation), invocation, wrong_with)):
            return answer
        near = nearest(name, self.pairs)
        hint = f"did you mean {near!r}?" if near else f"known: {', '.join(self.pairs) or 'none'}"
        raise refuse("unanswerable", 501, f"a stub chose {name!r}, which is no example of {self.operation.id}; {hint}")

    def default(self, invocation: Invocation, status: int, media_type: str, wrong_with: Wrong) -> Answer | None:
        """Return the default reply of a status, filled in: the one `x-microcks-default` marks, else the first valid."""
        fitting = [each for each in self.pairs.replies if (each.status, each.media_type) == (status, media_type)]
        for reply in sorted(fitting, key=lambda each: not each.default):
            answer = self._answer(reply, invocation, wrong_with)
            if answer is not None and wrong_with(answer) is None:
                return answer
        return None

    def filled(self, answer: Answer, invocation: Invocation, wrong_with: Wrong, name: str | None) -> Answer:
        """Return the answer that a caller prefers, with the templates of the example of that name filled in."""
        media_type = answer.media_type.split(";", 1)[0]
        if name is None:
            return self.default(invocation, answer.status, media_type, wrong_with) or answer
        for reply in self.pairs.named(name):
            if (reply.status, reply.media_type) == (answer.status, media_type):
                return self._answer(reply, invocation, wrong_with) or answer
        return answer

    def completed(self, answer: Answer, invocation: Invocation, wrong_with: Wrong) -> Answer:
        """Return a made answer with the templates filled in that it kept of an example, if it is valid then."""
        template = Template(answer.value)
        if not template.is_dynamic:
            return answer
        try:
            found = replace(answer, value=template.render(Scope(invocation)), outline=None)
        except TemplateError:
            return answer
        return found if wrong_with(found) is None else answer

    def finish(self, answer: Answer, invocation: Invocation) -> Answer:
        """Return an answer with the headers that are copied from the request, and the time it is held back."""
        copied = constraints.copied(self._asked, invocation) if self._asked else []
        wanted = delays.Delay(answer.delay) if answer.delay else self.usual_delay
        if self.delayed:
            wanted = delays.wanted(invocation, wanted, queried=self._queried)
        held = wanted.drawn(invocation) if wanted else 0.0
        most = invocation.settings.max_delay
        if held > most:
            invocation.note("held back for %s ms; max_delay allows no more", most)
            held = most
        elif held:
            invocation.note("held back for %s ms", round(held, 3))
        if not copied and held == answer.delay:
            return answer
        return replace(answer, headers=[*answer.headers, *copied], delay=held)

    # how a reply becomes an answer --------------------------------------------------------------------------------

    def _answer(self, reply: Reply, invocation: Invocation, wrong_with: Wrong) -> Answer | None:
        body, headers = self._compiled(reply)
        try:
            scope = Scope(invocation) if self.templated else None
            value = body.render(scope) if scope else reply.body
            texts = [(name, each.render(scope)) for name, each in headers] if scope else reply.headers
            written = [(name, one_line(text)) for name, text in texts]
            answer = found = self._written(reply, value, written)
            if wrong_with(answer) is not None:
                readings = (self._written(reply, each, written) for each in self._readings(body, value, invocation))
                found = next((each for each in readings if wrong_with(each) is None), answer)
            found.delay = self._own_delay(reply, invocation)
        except TemplateError as error:
            invocation.note("passed over the example %s: %s", reply.name, str(error))
            return None
        return found

    @staticmethod
    def _own_delay(reply: Reply, invocation: Invocation) -> float:
        """Return the time that a reply itself asks to be held back, 0 when it asks for none."""
        if not reply.settings:
            return 0.0
        with suppress(UsageError):  # told at the start
            own = delays.declared(reply.settings)
            return own.drawn(invocation) if own else 0.0
        return 0.0

    def _readings(self, body: Template, value: Any, invocation: Invocation) -> Iterator[Any]:
        """Yield what an authored value may mean where its schema wants something else than it seems to be."""
        if isinstance(value, str):
            with suppress(orjson.JSONDecodeError):
                yield orjson.loads(value)
        if self.templated and body.is_dynamic:
            yield body.render(Scope(invocation), typed=True)

    def _written(self, reply: Reply, value: Any, headers: list[tuple[str, str]]) -> Answer:
        """Return an answer in the media type of a reply."""
        if is_json(reply.media_type) or isinstance(value, bytes):
            return Answer(reply.status, value, reply.media_type, headers)
        response = self.operation.response(reply.status)
        name = declared(response.content, reply.media_type) if response else None
        if response is None or name is None:
            text = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else to_json(value)
            return Answer(reply.status, text, reply.media_type, headers)
        from mockserver.engine import bodies

        answer = bodies.written(reply.status, value, reply.media_type, response.content[name], authored=True)
        return replace(answer, headers=[*answer.headers, *headers])

    def _compiled(self, reply: Reply) -> tuple[Template, tuple[tuple[str, Template], ...]]:
        key = (reply.name, reply.status, reply.media_type)
        if key not in self._templates:
            headers = tuple((name, Template(text)) for name, text in reply.headers)
            self._templates[key] = Template(reply.body, reply.media_type), headers
        return self._templates[key]

    def _all_templates(self, reply: Reply) -> Iterable[Template]:
        body, headers = self._compiled(reply)
        return (body, *(each for _, each in headers))

    def _forwarded(self, decided: Forward, invocation: Invocation) -> Answer | None:
        if self._egress is None:
            return None
        asked = invocation.request
        request = HttpRequest(
            asked.method, own_path(invocation), query=asked.query, headers=asked.headers, body=asked.body
        )
        response = self._egress(request, decided.base_url)
        invocation.note("answered by %s", decided.base_url)
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers]
        media_type = next((value for name, value in headers if name.lower() == "content-type"), "")
        kept = [header for header in headers if header[0].lower() not in _OURS]
        body = response.body if response.frames is None else b"".join(response.frames)
        return Answer(response.status, body, media_type, kept, forwarded=True)

    # reading ------------------------------------------------------------------------------------------------------

    def _dispatcher(self, settings: Mapping[str, Any], asked: Dispatcher | None) -> tuple[str, Dispatcher | None]:
        if asked is not None:
            return str(settings["dispatcher"]), asked
        return dispatchers.inferred(self.operation, self.pairs) or ("", None)

    def _attempt(self, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except UsageError as error:
            self.faults.append(str(error))
            return None


_OURS = frozenset(("content-type", "content-length", "connection", "transfer-encoding", "keep-alive"))


def preferred(replies: list[Reply], invocation: Invocation) -> Reply:
    """Return the reply in the media type that the caller likes best, else the first."""
    if len({reply.media_type for reply in replies}) < 2:
        return replies[0]
    liked = choose([reply.media_type for reply in replies if reply.media_type], invocation.request.header(b"accept"))
    return next((reply for reply in replies if reply.media_type == liked), replies[0])
