"""Which of the engine's checks a run uses, what each means for this API, and why the others are left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from contracts.exchanges import Response, Verdict
from contracts.findings import Found, Severity


@dataclass(frozen=True, slots=True)
class EngineCheck:
    """A check of the engine: whom a failure hurts, and what was promised."""

    severity: Severity
    kind: str
    promised: str
    tolerated: frozenset[int] = frozenset()
    """Statuses that are another good answer."""


USED: Mapping[str, EngineCheck] = MappingProxyType(
    {
        "not_a_server_error": EngineCheck(Severity.BREAKING, "http", "no server error, whatever is sent"),
        "status_code_conformance": EngineCheck(Severity.BREAKING, "document", "a documented status"),
        "content_type_conformance": EngineCheck(Severity.BREAKING, "document", "a documented media type"),
        "response_headers_conformance": EngineCheck(Severity.BREAKING, "document", "the documented headers"),
        "positive_data_acceptance": EngineCheck(Severity.BREAKING, "validation", "valid requests are accepted"),
        "negative_data_rejection": EngineCheck(Severity.LAX, "validation", "invalid requests are refused"),
        "missing_required_header": EngineCheck(
            Severity.LAX, "validation", "a request without a required header is refused"
        ),
        "unsupported_method": EngineCheck(
            Severity.LAX, "http", "405 with an Allow header for an undocumented method", frozenset({426})
        ),
    }
)

LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "response_schema_conformance": (
            "it measures each event of a stream, as an object of the event's fields, by the schema of the whole body, "
            "and it uses the validator library that the mock uses; `response_body` and `event_schema` judge instead"
        ),
        "ignored_auth": (
            "it takes only 401 and 403 for a refusal, while this API answers 400 with code 9106 when credentials are "
            "missing, and it then never tries a wrong token; `auth` does both"
        ),
        "use_after_free": "nothing that this API makes is deleted by it",
        "ensure_resource_availability": "no operation makes a thing that another operation reads by its id",
        "object_level_authorization": "it needs two accounts",
        "allow_header_conformance": "the service answers OPTIONS for browsers, which is not part of the contract",
        "max_response_time": "how long a model thinks is not part of the contract",
    }
)

_DOCUMENTED = re.compile(r"Documented: (.*)$")
_COMPONENT = re.compile(r"Invalid component: (.*)$")
_HINT = re.compile(r"Hint: (.*)$")


def engine_found(verdict: Verdict, response: Response) -> Found:
    """Return what a failed verdict of the engine says, in the words of findings."""
    promised = USED[verdict.check].promised
    came = f"{response.status} {response.media_type}".strip()
    if match := _DOCUMENTED.search(verdict.message):
        return Found(f"{promised}: {match[1]}", came)
    if match := _COMPONENT.search(verdict.message) or _HINT.search(verdict.message):
        return Found(promised, f"{came}; {match[1]}")
    if verdict.check in ("not_a_server_error", "positive_data_acceptance", "negative_data_rejection"):
        return Found(promised, f"{came} {_excerpt(response.body)}".strip())
    return Found(promised, f"{came}; {verdict.message}")


def _excerpt(body: bytes) -> str:
    try:
        text = " ".join(body.decode().split())
    except UnicodeDecodeError:
        return f"of {len(body)} bytes that are no text"
    return text if len(text) <= 200 else text[:199] + "…"
