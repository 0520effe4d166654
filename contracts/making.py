"""What a strategy knows about one operation, and how it makes cases for it."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from contracts.cases import OWN, Case
from contracts.context import World, can_stream, members_of
from contracts.dialects import Dialect, dialect_of
from contracts.exchanges import ENCODINGS, Exchange, Intent, Request
from contracts.judge import is_json
from contracts.models import model_of, names_for, read_models
from contracts.preparation import Prepared
from contracts.smoke_bodies import Body, smoke_bodies
from contracts.target import carried_schemes
from mockserver.openapi.operations import Operation
from mockserver.openapi.parameters import Parameter, parameters_of
from mockserver.openapi.parameters.writing import in_cookie, in_header, in_path, in_query
from mockserver.workersai.catalogue import Model

_LIMIT_NAMES = ("max_tokens", "max_completion_tokens", "max_output_tokens")


class Maker:
    """Makes the cases of one operation. Everything depends on the contract, the seed and the selection alone."""

    def __init__(self, name: str, prepared_operation: Operation, prepared: Prepared, world: World) -> None:
        self.name = name
        """The id of the operation."""
        self.prepared = prepared_operation
        """The operation of the prepared copy: models and media in its schemas are real ones, limits are small."""
        self.world = world
        self.seed = world.seed
        self._chosen = prepared.models

    @cached_property
    def operation(self) -> Operation:
        """The operation of the contract itself."""
        return self.world.document.operations[self.name]

    @cached_property
    def dialect(self) -> Dialect:
        """How this operation is spoken to."""
        return dialect_of(self.operation.path)

    @cached_property
    def models(self) -> tuple[Model, ...]:
        """The models of this run that the operation takes, of which the first is asked unless a case says otherwise.

        One model where the path names it; empty where no model is asked.
        """
        literal = model_of(self.operation.path, self.operation.raw)
        if literal is not None:
            return tuple(each for each in read_models() if each.name == literal)
        names = names_for(self.operation.path, self._chosen) or ()
        return tuple(each for each in self._chosen if each.name in names)

    @property
    def model(self) -> Model | None:
        """The model that is asked; None where there is none."""
        return self.models[0] if self.models else None

    @property
    def generates_text(self) -> bool:
        """Whether the operation answers with text that a model continues: chat, completions, responses, native chat."""
        if self.dialect in (Dialect.CHAT, Dialect.COMPLETIONS, Dialect.RESPONSES):
            return True
        model = self.model
        return self.dialect is Dialect.RUN and model is not None and model.family.startswith("text-generation")

    @property
    def takes_any_model(self) -> bool:
        """Whether the path takes the name of a model, whichever it is."""
        return any(each.get("name") == "model" and each.get("in") == "path" for each in self.operation.parameters)

    @property
    def streams(self) -> bool:
        """Whether the contract declares an event stream for this operation."""
        return can_stream(self.operation)

    @property
    def guarded(self) -> bool:
        """Whether the contract asks for credentials here, and the run has some."""
        security = self.operation.security
        if not security or {} in security or not self.world.has_credentials:
            return False
        carried = carried_schemes(self.operation.document)
        return any(carried.issuperset(each) for each in security)

    def random(self, purpose: str) -> random.Random:
        """Return a generator of random numbers that depends on the seed, the operation and the purpose."""
        return random.Random(f"{self.seed}:{self.name}:{purpose}")

    # the request body, as the contract describes it ------------------------------------------------------------------

    @cached_property
    def properties(self) -> Mapping[str, Any]:
        """The schemas of the members of a JSON body, of all its alternatives, resolved; empty when there are none."""
        return members_of(self.operation)

    def allows(self, member: str) -> bool:
        """Return whether the contract names a member of the JSON body."""
        return member in self.properties

    def is_allowed(self, body: Any) -> bool:
        """Return whether the contract clearly allows this JSON body."""
        case = self.case(body=body)
        return self.world.validity.is_allowed(_as_exchange(case)) and self._body_is(case, True)

    def is_forbidden(self, body: Any) -> bool:
        """Return whether the contract clearly forbids this JSON body."""
        return self.world.validity.is_forbidden(_as_exchange(self.case(body=body, intent=Intent.INVALID)))

    def _body_is(self, case: Case, allowed: bool) -> bool:
        return self.world.validity.allows_body(_as_exchange(case)) is allowed

    # the small valid request -----------------------------------------------------------------------------------------

    @cached_property
    def smoke(self) -> Body | None:
        """The body of the smallest request that the contract allows; None when none could be made."""
        for body in smoke_bodies(self.prepared, self.dialect, self.model):
            if self._fits(body):
                return body
        return None

    @property
    def smoke_json(self) -> Any:
        """The small valid body as JSON; None when it is of another kind. Copy it before changing it."""
        smoke = self.smoke
        return json.loads(smoke.content) if smoke is not None and is_json(smoke.media_type) else None

    def _fits(self, body: Body) -> bool:
        """Return whether nothing in the contract speaks against a body."""
        exchange = _as_exchange(self._case(body))
        if not is_json(body.media_type):
            return True
        if self.world.judge.accepts_request(self.operation, body.media_type, body.content) is False:
            return False
        return self.world.validity.allows_body(exchange) is not False

    # cases -----------------------------------------------------------------------------------------------------------

    def case(
        self,
        *,
        body: Any = ...,
        content: bytes | None = None,
        media_type: str | None = None,
        reason: str = "",
        intent: Intent = Intent.VALID,
        group: str = "",
        role: str = "",
        at_once: bool = False,
        credential: str = OWN,
        method: str | None = None,
        query: Mapping[str, str] | None = None,
        raw_path: str | None = None,
        headers: Mapping[str, str] | None = None,
        model: str | None = None,
    ) -> Case:
        """Return a case: the small valid request, but for what is given.

        `body` is a value of JSON, `content` bytes with their `media_type`. `query` are parameters added to those that
        are required (which they may replace), `raw_path` is the path below the base as it is to be sent, `model` the
        name of another model for the path parameter.
        """
        made = self.smoke if body is ... and content is None else None
        if content is not None:
            made = Body(media_type or "application/octet-stream", content)
        elif body is not ...:
            written = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
            made = Body(media_type or "application/json", written)
        elif made is not None and media_type is not None:
            made = Body(media_type, made.content)
        case = self._case(made or Body("", b""), query or {}, model)
        given = tuple((headers or {}).items())
        named = {name.lower() for name, _ in given}
        return replace(
            case,
            headers=tuple(pair for pair in case.headers if pair[0].lower() not in named) + given,
            method=method or case.method,
            path=case.path if raw_path is None else raw_path,
            reason=reason,
            intent=intent,
            negated=("body",) if intent is Intent.INVALID else (),
            group=group,
            role=role,
            at_once=at_once,
            credential=credential,
        )

    def variant(self, reason: str, /, *, without: Sequence[str] = (), **members: Any) -> Case | None:
        """Return the small valid JSON request with some members replaced, or left out; its intent is what the
        contract says of it: VALID or INVALID; None where the body is no JSON object or the contract does not decide.
        """
        base = self.smoke_json
        if not isinstance(base, dict):
            return None
        body = {**{name: value for name, value in base.items() if name not in without}, **members}
        if self.is_allowed(body):
            return self.case(body=body, reason=reason)
        if self.is_forbidden(body):
            return self.case(body=body, reason=reason, intent=Intent.INVALID)
        return None

    @cached_property
    def _needed(self) -> list[tuple[Parameter, Any]]:
        """The parameters that every request has, each with its value."""
        return [(each, _value(each)) for each in parameters_of(self.prepared) if each.required]

    def _case(self, body: Body, query: Mapping[str, str] = MappingProxyType({}), model: str | None = None) -> Case:
        path, _, fixed = self.prepared.path.partition("?")
        pairs = [fixed]  # a path may hold a query, though OpenAPI says it may not
        headers = [("Accept", "*/*"), ("Accept-Encoding", ENCODINGS), ("User-Agent", "mockflare-check")]
        cookies = []
        for parameter, value in self._needed:
            name, where = parameter.name, parameter.location
            if where == "path":
                written = quote(model, safe="") if name == "model" and model is not None else in_path(parameter, value)
                path = path.replace("{" + name + "}", written)
            elif where == "query":
                pairs += [] if name in query else [in_query(parameter, value)]
            elif where == "header":
                headers.append((name, in_header(parameter, value)))
            else:
                cookies.append(in_cookie(parameter, value))
        if cookies:
            headers.append(("Cookie", "; ".join(cookies)))
        if body.media_type:
            headers.append(("Content-Type", body.media_type))
        return Case(
            self.name,
            self.operation.method,
            path,
            "&".join([*filter(None, pairs), *filter(None, [urlencode(query)])]),
            tuple(headers),
            body.content,
        )


def small_limit(maker: Maker) -> str | None:
    """Return the member by which a request bounds the tokens of its answer; None when there is none."""
    base = maker.smoke_json
    if isinstance(base, dict):
        for name in _LIMIT_NAMES:
            if name in base or maker.allows(name):
                return name
    return None


def _value(parameter: Parameter) -> Any:
    """Return a value for a parameter: its example, the first of its enum, else the smallest that its schema allows."""
    schema = parameter.document.resolve(parameter.raw.get("schema")) or {}
    found = _simple_value(parameter.raw, schema if isinstance(schema, dict) else {})
    if parameter.validator.is_valid(found):
        return found
    from mockserver.openapi.sampling import Sampler, Unsatisfiable

    try:
        sampler = Sampler(parameter.schema, validator=parameter.validator)
        return sampler.sample(random.Random(0), size="minimal", items=(1, 1))
    except Unsatisfiable:
        return found


def _simple_value(raw: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    if "example" in raw:
        return raw["example"]
    if schema.get("enum"):
        return schema["enum"][0]
    for holder in (schema.get("default"), schema.get("example"), *(schema.get("examples") or ())):
        if holder is not None:
            return holder
    kind = schema.get("type")
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    return "a" * max(1, int(schema.get("minLength", 1)))


def _as_exchange(case: Case) -> Exchange:
    request = Request(case.method, f"http://host{case.path}", case.headers, case.body)
    return Exchange(0, case.operation, case.phase, case.intent, request, None, case.negated)
