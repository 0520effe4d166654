"""The one door to Schemathesis: its engine makes requests, and runs its own checks. They travel through the gateway."""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.generation.meta import REQUEST_SHAPE_PROBES, CoveragePhaseData, CoverageScenario
from schemathesis.python import asgi

from contracts.engine_checks import USED
from contracts.exchanges import Exchange, Intent, NoAnswer, Verdict
from contracts.gateway import NUMBER, Gateway, Pass
from contracts.hermetic import hermetic_hypothesis, repeatable_boundaries, without_probes
from contracts.limits import ANSWER_SECONDS
from contracts.media_strategies import real_media
from contracts.preparation import ALWAYS_GIVEN, Prepared

if TYPE_CHECKING:
    from schemathesis.engine.recorder import ScenarioRecorder
    from schemathesis.generation.case import Case as AnyCase
    from schemathesis.hooks import HookContext
    from schemathesis.schemas import BaseSchema

    Case = AnyCase[Any]

_MOST_EVENTS = 100_000
_FEW = 10
_UNKNOWN_METHODS = ("get", "put", "delete")
_REFUSED = ("negative_data_rejection", "missing_required_header")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much of a run the engine sends."""

    examples: int
    """Generated requests of each operation."""
    each_scenario: int
    """Requests of each operation for one kind of boundary or violation, such as "above the maximum"."""
    boundaries: int
    """Requests of each operation for all kinds of boundaries and violations together."""

    def most(self, operations: int) -> int:
        """Return how many requests that is for a number of operations; authored examples count as one each."""
        return operations * (self.examples + self.boundaries + 1)


THOROUGH = Effort(examples=1, each_scenario=1, boundaries=2)
FEW_OPERATIONS = Effort(examples=6, each_scenario=1, boundaries=15)
"""For up to ten operations: the budget of a run holds more of each."""


def effort_for(operations: int) -> Effort:
    """Return how much is generated for a number of operations."""
    return FEW_OPERATIONS if operations <= _FEW else THOROUGH


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


def generate(
    prepared: Prepared, base_url: str, send: Pass, *, credentials: Mapping[str, str], seed: int, effort: Effort
) -> Iterator[Exchange | Trouble | PhaseEnded]:
    """Send generated requests by `send`; yield what came of each, in the order of sending, numbered from 1.

    Which requests are sent depends on the prepared contract, the seed and the effort alone, never on the answers.
    What `send` did not send is left out.
    """
    config = SchemathesisConfig.from_dict(_configuration(base_url, credentials, seed, effort))
    parts = urlsplit(base_url)
    gateway = Gateway(f"{parts.scheme}://{parts.netloc}", send)
    with hermetic_hypothesis(), without_probes(), repeatable_boundaries(seed), real_media():
        schema = schemathesis.openapi.from_dict(prepared.content, config=config)
        schema.app = gateway
        schema.adapt_to_null_byte_in_header_failure()  # no header may hold one, whatever the target makes of it
        _thin_out(schema, effort, seed)
        stream = from_schema(schema).execute()
        number = 0
        sent_in_phase = False
        try:
            for event in stream:
                if isinstance(event, events.ScenarioFinished):
                    for exchange in _exchanges(event.recorder, event.phase.value, prepared, gateway):
                        number += 1
                        sent_in_phase = True
                        yield replace(exchange, number=number)
                elif isinstance(event, events.NonFatalError):
                    yield _trouble(event, prepared)
                elif isinstance(event, events.FatalError):
                    yield Trouble("", f"the engine failed: {event.exception}")
                elif isinstance(event, events.Interrupted):
                    raise KeyboardInterrupt
                elif isinstance(event, events.PhaseFinished) and sent_in_phase:
                    sent_in_phase = False
                    yield PhaseEnded(event.phase.name.value)
        finally:
            stream.stop()
            for _ in stream:  # lets its workers end
                pass
            with contextlib.suppress(Exception):
                asgi.shutdown_lifespans()


def _configuration(base_url: str, credentials: Mapping[str, str], seed: int, effort: Effort) -> dict[str, Any]:
    checks: dict[str, Any] = {name: {"enabled": True} for name in USED}
    for name in _REFUSED:
        checks[name]["expected-statuses"] = ["4xx", "5xx"]  # that a 5xx is no way to refuse, another check says
    still = {"extra-data-sources": {"responses": False}}
    return {
        "seed": seed,
        "suppress-health-check": ["all"],
        "base-url": base_url,
        # The engine would name each case at random; the same seed is to send the same bytes.
        "headers": {**credentials, "X-Schemathesis-TestCaseId": "mockflare", "User-Agent": "mockflare-check"},
        "workers": 1,
        "request-timeout": 4 * ANSWER_SECONDS,  # the sender has bounds of its own
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


def _thin_out(schema: BaseSchema, effort: Effort, seed: int) -> None:
    """Keep some requests of some kinds of boundaries; the engine has no bound of its own for them.

    Which kinds come first is drawn from the seed, so that several runs see them all.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    kept: Counter[str] = Counter()

    def filter_case(context: HookContext, case: Case) -> bool:
        data = None if case.meta is None else case.meta.phase.data
        if not isinstance(data, CoveragePhaseData):
            return True
        label = case.operation.label
        if data.scenario is CoverageScenario.OBJECT_MISSING_REQUIRED_PROPERTY and _is_ours(data.description):
            return False
        key = label, data.scenario.value, case.method
        seen[key] += 1
        if seen[key] > effort.each_scenario or not _is_drawn(seed, *key):
            return False
        kept[label] += 1
        return kept[label] <= effort.boundaries

    schema.hook(filter_case)


def _is_ours(description: str) -> bool:
    """Return whether what is missing was only demanded by the prepared copy."""
    return any(name in description for name in ALWAYS_GIVEN)


def _is_drawn(seed: int, *key: str) -> bool:
    """Return whether a kind of boundary has its turn: two of three have."""
    return hashlib.blake2b(repr((seed, key)).encode(), digest_size=2).digest()[0] % 3 > 0


def _exchanges(recorder: ScenarioRecorder, phase: str, prepared: Prepared, gateway: Gateway) -> Iterator[Exchange]:
    for case_id, interaction in recorder.interactions.items():
        node = recorder.cases[case_id]
        case = node.value
        numbers = interaction.response.headers.get(NUMBER) if interaction.response is not None else None
        if not numbers:
            continue  # it never reached the gateway
        request, came = gateway.take(str(numbers[0]))
        if came is NoAnswer.NOT_SENT:
            continue
        answered = not isinstance(came, NoAnswer)
        yield Exchange(
            0,
            prepared.origins[case.operation.method.upper(), case.operation.path],
            phase,
            Intent.PROBE if node.parent_id is not None else _intent(case),
            request,
            came if not isinstance(came, NoAnswer) else None,
            _negated(case),
            tuple(
                Verdict(check.name, check.status is Status.SUCCESS, _message(check))
                for check in recorder.checks.get(case_id, ())
                if check.name in USED and answered
            ),
            _reason(case),
            no_answer=came if isinstance(came, NoAnswer) else None,
        )


def _reason(case: Case) -> str:
    """Return why the engine made a request."""
    data = None if case.meta is None else case.meta.phase.data
    if isinstance(data, CoveragePhaseData):
        where = f" of {data.parameter}" if data.parameter else ""
        return f"{data.description}{where}" if data.description else data.scenario.value.replace("_", " ") + where
    return "generated" if case.meta is None else f"generated, {case.meta.generation.mode.value}"


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
