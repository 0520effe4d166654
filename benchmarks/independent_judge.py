"""A judge that shares nothing with the mock: openapi-schema-validator and jsonschema, on the document as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

import orjson
from jsonschema import Draft202012Validator
from jsonschema.validators import extend
from openapi_schema_validator import OAS30ReadValidator, OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4, DRAFT202012

from mockserver.engine.values import HttpResponse

_HOME = "urn:document"
_PLAIN = {name: Draft202012Validator.VALIDATORS[name] for name in ("allOf", "anyOf", "oneOf")}
_NO_SCHEMA = "could not be resolved"
_BODYLESS = (204, 205, 304)


class Judge:
    """Judges answers by one document without references to other files."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content
        old = str(content["openapi"]).startswith("3.0")
        # In a response nobody asks for what is only written, whichever version says so.
        by_version: Any = OAS30ReadValidator if old else extend(
            OAS31Validator, {"required": OAS30ReadValidator.VALIDATORS["required"]}
        )  # fmt: skip
        self._kinds: tuple[Any, Any] = by_version, extend(by_version, _PLAIN)
        resource = Resource(contents=content, specification=DRAFT4 if old else DRAFT202012)
        self._registry: Any = Registry().with_resource(_HOME, resource)
        self._validator = cache(self._make)

    def faults(self, path: str, method: str, response: HttpResponse) -> list[str]:
        """Return what is wrong with an answer to an operation; nothing when all is well."""
        status = response.status
        item, at = self._followed(self._content["paths"][path], f"/paths/{_escaped(path)}")
        declared = item[method.lower()].get("responses") or {}
        named = {str(key).upper(): key for key in declared}
        key = next((named[each] for each in (str(status), f"{status // 100}XX", "DEFAULT") if each in named), None)
        if key is None:
            final = [each for each in named if not each.startswith("1")]
            return [f"status {status} is not declared"] if final else []
        answer, where = self._followed(declared[key], f"{at}/{method.lower()}/responses/{_escaped(str(key))}")
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in response.headers}
        return [*self._body_faults(answer, where, response, headers), *self._header_faults(answer, where, headers)]

    def _body_faults(self, answer: Any, where: str, response: HttpResponse, headers: dict[str, str]) -> list[str]:
        content = answer.get("content")
        if not content or response.status in _BODYLESS:
            return []
        sent = headers.get("content-type", "").split(";")[0].strip().lower()
        ranked = [(rank, key) for key in content for rank in [_rank(key, sent)] if rank is not None]
        name = min(ranked, key=lambda each: each[0])[1] if ranked else None
        if name is None:
            return [f"{sent or 'nothing'} is not declared, only {', '.join(content)}"]
        if not (sent == "application/json" or sent.endswith("+json")) or "schema" not in content[name]:
            return []
        try:
            body = orjson.loads(response.body)
        except orjson.JSONDecodeError as error:
            return [f"the body is no JSON: {error}"]
        return self._violations(f"{where}/content/{_escaped(name)}/schema", body)

    def _header_faults(self, answer: Any, where: str, headers: dict[str, str]) -> list[str]:
        found = []
        for name, raw in (answer.get("headers") or {}).items():
            raw, at = self._followed(raw, f"{where}/headers/{_escaped(name)}")
            if name.lower() == "content-type" or not isinstance(raw, dict):
                continue
            if name.lower() not in headers:
                found += [f"the header {name} is missing"] if raw.get("required") else []
            elif "schema" in raw:
                text = headers[name.lower()]
                readings = [text, *_numbers(text)]
                if all(self._violations(f"{at}/schema", each) for each in readings) and "," not in text:
                    found.append(f"the header {name}: {text!r} breaks its schema")
        return found

    def _violations(self, pointer: str, value: Any) -> list[str]:
        try:
            errors = list(self._validator(pointer).iter_errors(value))
            if any(_NO_SCHEMA in each.message for error in errors for each in _with_causes(error)):
                # a discriminator without a mapping whose values name no schema: the branches alone decide
                errors = list(self._validator(pointer, plain=True).iter_errors(value))
            return [f"{'/'.join(map(str, each.absolute_path))}: {each.message[-200:]}" for each in errors][:3]
        except Exception as error:
            raise Undecided(f"{type(error).__name__}: {str(error)[:200]}") from None

    def _make(self, pointer: str, plain: bool = False) -> Any:
        return self._kinds[plain]({"$ref": f"{_HOME}#{quote(pointer, safe='/~')}"}, registry=self._registry)

    def _followed(self, node: Any, pointer: str) -> tuple[Any, str]:
        for _ in range(20):
            if not isinstance(node, dict) or "$ref" not in node:
                break
            pointer = node["$ref"].removeprefix("#")
            node = self._content
            for part in pointer.split("/")[1:]:
                part = re.sub("%([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), part)
                node = node[part.replace("~1", "/").replace("~0", "~")]
        return node, pointer


def _with_causes(error: Any) -> Iterator[Any]:
    yield error
    for cause in error.context or ():
        yield from _with_causes(cause)


class Undecided(Exception):
    """Raised where the judge cannot read the document."""


def _rank(declared: str, sent: str) -> int | None:
    """Return how exactly a declared media type is the one that was sent, 0 the best; None when it is not."""
    plain = declared.split(";")[0].strip().lower()
    names = (sent, sent.split("/")[0] + "/*", "*/*")
    return None if plain not in names else 0 if declared.lower() == sent else 1 + names.index(plain)


def _numbers(text: str) -> list[Any]:
    try:
        return [orjson.loads(text)]
    except orjson.JSONDecodeError:
        return []


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
