"""The one door to Schemathesis: its engine makes the requests, sends them and runs its own checks."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, StopReason, events, from_schema
from schemathesis.generation.meta import REQUEST_SHAPE_PROBES, CoveragePhaseData
from schemathesis.python import asgi

from contracts.engine_checks import USED
from contracts.exchanges import Exchange, Intent, Request, Response, Verdict
from contracts.hermetic import hermetic_hypothesis, repeatable_boundaries
from contracts.media_strategies import real_media
from contracts.preparation import Prepared
from contracts.target import Target

if TYPE_CHECKING:
    import requests
    from schemathesis.engine.recorder import ScenarioRecorder
    from schemathesis.generation.case import Case as AnyCase
    from schemathesis.hooks import HookContext
    from schemathesis.schemas import BaseSchema

    Case = AnyCase[Any]

TIMEOUT = 60.0
"""Seconds to wait for an answer."""

_MOST_EVENTS = 100_000
_UNKNOWN_METHODS = ("get", "put", "delete")
_REFUSED = ("negative_data_rejection", "missing_required_header")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a run sends."""

    examples: int
    """Generated requests of each operation."""
    each_scenario: int
    """Requests of each operation for one kind of boundary or violation, such as "above the maximum"."""


THOROUGH = Effort(examples=12, each_scenario=1)
QUICK = Effort(examples=4, each_scenario=0)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why an operation, or with `operation` "" the whole run, could not be looked at."""

    operation: str
    reason: str
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class PhaseEnded:
    """A phase of the engine that sent something is over."""

    phase: str


def send_cases(
    prepared: Prepared, target: Target, *, credentials: Mapping[str, str], seed: int, effort: Effort
) -> Iterator[Exchange | Trouble | PhaseEnded]:
    """Send generated requests; yield what came of each, in the order of sending.

    Which requests are sent depends on the prepared contract, the seed and the effort alone, never on the answers.
    """
    config = SchemathesisConfig.from_dict(_configuration(target, credentials, seed, effort))
    with hermetic_hypothesis(), repeatable_boundaries(seed), real_media():
        schema = schemathesis.openapi.from_dict(prepared.content, config=config)
        schema.app = target.app
        _thin_out(schema, effort.each_scenario)
        stream = from_schema(schema).execute()
        number = 0
        sent_in_phase = False
        try:
            for event in stream:
                if isinstance(event, events.ScenarioFinished):
                    for exchange in _exchanges(event.recorder, event.phase.value, prepared, number):
                        number = exchange.number
                        sent_in_phase = True
                        yield exchange
                elif isinstance(event, events.NonFatalError):
                    yield _trouble(event, prepared)
                elif isinstance(event, events.FatalError):
                    yield Trouble("", f"the engine failed: {event.exception}")
                elif isinstance(event, events.Interrupted):
                    raise KeyboardInterrupt
                elif isinstance(event, events.EngineFinished) and event.stop_reason is StopReason.SERVER_UNAVAILABLE:
                    yield Trouble("", "it stopped answering", unreachable=True)
                elif isinstance(event, events.PhaseFinished) and sent_in_phase:
                    sent_in_phase = False
                    yield PhaseEnded(event.phase.name.value)
        finally:
            stream.stop()
            for _ in stream:  # lets its workers end
                pass


def open_session(target: Target) -> requests.Session:
    """Return a session that reaches the target, over the network or in this process."""
    if target.app is not None:
        return asgi.get_client(cast(Any, target.app), max_stream_events=_MOST_EVENTS)
    import requests

    return requests.Session()


def close_target(target: Target) -> None:
    """Let go of an application that was reached in this process."""
    if target.app is not None:
        with contextlib.suppress(Exception):  # how it shuts down is not what is checked
            asgi.shutdown_lifespans()


def _configuration(target: Target, credentials: Mapping[str, str], seed: int, effort: Effort) -> dict[str, Any]:
    checks: dict[str, Any] = {name: {"enabled": True} for name in USED}
    for name in _REFUSED:
        checks[name]["expected-statuses"] = ["4xx", "5xx"]  # that a 5xx is no way to refuse, another check says
    still = {"extra-data-sources": {"responses": False}}
    return {
        "seed": seed,
        "suppress-health-check": ["all"],
        "base-url": target.base_url,
        # The engine would name each case at random; the same seed is to send the same bytes.
        "headers": {**credentials, "X-Schemathesis-TestCaseId": "mockflare", "User-Agent": "mockflare-check"},
        "workers": 1,
        "request-timeout": TIMEOUT,
        "max-stream-events": _MOST_EVENTS,
        # A failure must not change what is sent next: the smallest failing request is chosen afterwards.
        "continue-on-failure": True,
        "cache": {"enabled": False},
        "analysis": {"constants": {"enabled": False}},
        "output": {"truncation": {"max-recorded-payload-size": 0}},
        "checks": {"enabled": False, **checks},
        "generation": {
            "mode": "all",
            "max-examples": effort.examples,
            "no-shrink": True,
            "database": "none",
            "with-security-parameters": False,
        },
        "phases": {
            "examples": {"enabled": True, **still},
            "coverage": {
                "enabled": effort.each_scenario > 0,
                "unexpected-methods": list(_UNKNOWN_METHODS),
                **still,
            },
            "fuzzing": {"enabled": True, "error-feedback": {"enabled": False}, **still},
            # Nothing that this API makes can be followed: answers hold no ids that another operation takes.
            "stateful": {"enabled": False},
        },
    }


def _thin_out(schema: BaseSchema, each_scenario: int) -> None:
    """Keep a few requests of each kind of boundary; the engine has no bound of its own for them."""
    seen: Counter[tuple[str, str, str]] = Counter()

    def filter_case(context: HookContext, case: Case) -> bool:
        data = None if case.meta is None else case.meta.phase.data
        if not isinstance(data, CoveragePhaseData):
            return True
        key = case.operation.label, data.scenario.value, case.method
        seen[key] += 1
        return seen[key] <= each_scenario

    schema.hook(filter_case)


def _exchanges(recorder: ScenarioRecorder, phase: str, prepared: Prepared, number: int) -> Iterator[Exchange]:
    for case_id, interaction in recorder.interactions.items():
        node = recorder.cases[case_id]
        case = node.value
        number += 1
        sent, came = interaction.request, interaction.response
        yield Exchange(
            number,
            prepared.origins[case.operation.method.upper(), case.operation.path],
            phase,
            Intent.PROBE if node.parent_id is not None else _intent(case),
            Request(sent.method, sent.uri, _flat(sent.headers), sent.body or b""),
            None
            if came is None
            else Response(came.status_code, _flat(came.headers), came.content or b"", came.stream_cut_short),
            _negated(case),
            tuple(
                Verdict(check.name, check.status is Status.SUCCESS, _message(check))
                for check in recorder.checks.get(case_id, ())
                if check.name in USED
            ),
        )


def _intent(case: Case) -> Intent:
    meta = case.meta
    if meta is None:
        return Intent.PROBE
    if isinstance(meta.phase.data, CoveragePhaseData) and meta.phase.data.scenario in REQUEST_SHAPE_PROBES:
        return Intent.SHAPE
    return Intent.INVALID if meta.generation.mode.is_negative else Intent.VALID


def _negated(case: Case) -> tuple[str, ...]:
    if case.meta is None:
        return ()
    return tuple(sorted(place.value for place, component in case.meta.components.items() if component.mode.is_negative))


def _flat(headers: Mapping[str, list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1") if isinstance(name, bytes) else name, _as_text(value))
        for name, values in headers.items()
        for value in values
    )


def _as_text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _message(check: Any) -> str:
    failure = None if check.failure_info is None else check.failure_info.failure
    return "" if failure is None else " ".join(f"{failure.title}: {failure.message}".split())


def _trouble(event: events.NonFatalError, prepared: Prepared) -> Trouble:
    import requests
    from schemathesis.engine.errors import UnrecoverableNetworkError

    method, _, path = event.label.partition(" ")
    error = event.value
    unreachable = isinstance(error, UnrecoverableNetworkError | requests.ConnectionError | requests.Timeout)
    text = " ".join(f"{event.info.title}: {event.info.message}".split())
    return Trouble(prepared.origins.get((method, path), ""), text, unreachable)
