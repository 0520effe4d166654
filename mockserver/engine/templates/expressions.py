"""Evaluating expressions: against one request, with the seed of that request."""

from __future__ import annotations

from random import Random
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

from mockserver.engine import seeds
from mockserver.engine.invocation import Invocation
from mockserver.engine.paths import own_path
from mockserver.engine.pointers import MISSING, find
from mockserver.engine.templates import functions
from mockserver.engine.templates.parsing import (
    Call,
    Expression,
    Flow,
    Literal,
    RequestBody,
    RequestItem,
    TemplateError,
    Term,
    Variable,
)

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_LONGEST = 4 * 1024 * 1024
"""Characters that the expressions of one answer may become."""
_MOST_FIELDS = 1000


class Scope:
    """What the templates of one answer share: the request, its random generator, the names that `put` stored."""

    def __init__(self, invocation: Invocation) -> None:
        self.invocation = invocation
        self.random: Random = seeds.generator(seeds.digest(invocation.seed, "template"))
        self.variables: dict[str, Any] = {}
        self._left = _LONGEST
        self._parameters: dict[str, str] | None = None

    def value(self, expression: Expression) -> Any:
        """Return the value of an expression: the first alternative that is neither missing, null nor empty."""
        found: Any = MISSING
        for flow in expression.flows:
            found = self._flow(flow)
            if found is not MISSING and found is not None and found != "":
                break
        return found

    def text(self, expression: Expression) -> str:
        """Return an expression as text: nothing for what is missing, JSON for objects and arrays.

        Raises TemplateError when all texts of the answer become too long.
        """
        return self.charge(text_of(self.value(expression)))

    def charge(self, text: str) -> str:
        """Return a text, counted towards what an answer may hold; raises TemplateError."""
        self._left -= len(text)
        if self._left < 0:
            raise TemplateError(f"the expressions of one answer become longer than {_LONGEST} characters")
        return text

    def _flow(self, flow: Flow) -> Any:
        if len(flow.terms) == 1:
            value = self._term(flow.terms[0])
        else:
            value = " ".join([text_of(self._term(term)) for term in flow.terms]).strip()
        for name in flow.stored:
            self.variables[name] = value
        return value

    def _term(self, term: Term) -> Any:
        if isinstance(term, Literal):
            return term.value
        if isinstance(term, Call):
            return functions.FUNCTIONS[term.function].call(self, term.arguments)
        if isinstance(term, Variable):
            return self.variables.get(term.name, MISSING)
        return self._body(term) if isinstance(term, RequestBody) else self._item(term)

    def _body(self, term: RequestBody) -> Any:
        body, raw = self.invocation.body, self.invocation.request.body
        is_form = self.invocation.media_type in FORMS
        if not term.path and (is_form or body is None or isinstance(body, bytes)):
            return raw.decode("utf-8", "replace")
        if body is not None and not isinstance(body, bytes):
            return find(body, term.path)
        from mockserver.engine.templates import xml

        return xml.find(raw, term.path)

    def _item(self, term: RequestItem) -> Any:
        invocation = self.invocation
        if term.part == "headers":
            value = invocation.request.header(term.key.encode("latin-1", "replace"))
            return MISSING if value is None else value
        if term.part == "path":
            segments = [unquote(part) for part in own_path(invocation).split("/") if part]
            return segments[int(term.key)] if int(term.key) < len(segments) else MISSING
        if self._parameters is None:
            try:
                pairs = parse_qsl(invocation.request.query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
            except ValueError:
                pairs = []
            self._parameters = {**invocation.parameters, **dict(reversed(pairs))}
        return self._parameters.get(term.key, MISSING)


def text_of(value: Any) -> str:
    """Return a value as it stands in a text."""
    if isinstance(value, str):
        return value
    if value is MISSING or value is None:
        return ""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # integers past 64 bits, deep nesting
        import json

        try:
            return json.dumps(value, separators=(",", ":"))
        except RecursionError:
            raise TemplateError("the value is nested too deeply to be written") from None
