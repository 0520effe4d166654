"""Adding up what was seen: findings with their smallest request, and how often each check applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from contracts.exchanges import Exchange, Intent, Request
from contracts.findings import Finding, Found, Severity
from contracts.redaction import Redactor
from contracts.refusals import error_codes
from contracts.report import Applied, Looked

_UNAUTHORISED = {400: 9106, 401: None, 403: 10000}
"""Statuses that mean that the token itself is refused, with the error code that has to come with them."""


@dataclass(slots=True)
class _Smallest:
    severity: Severity
    found: Found
    request: Request
    times: int = 1


@dataclass(slots=True)
class _Operation:
    requests: int = 0
    successes: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    applied: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    blind: int = 0


class Tally:
    """Counts exchanges and keeps the smallest request for each finding."""

    def __init__(self, operations: Sequence[str], declining: Collection[str] = ()) -> None:
        """Count for these operations; `declining` are those whose contract promises no success at all."""
        self._declining = frozenset(declining)
        self._operations = {name: _Operation() for name in operations}
        self._found: dict[tuple[str, str, str], _Smallest] = {}
        self._answered = self._valid = 0
        self._unauthorised = 0

    @property
    def answered(self) -> bool:
        """Whether any answer came."""
        return self._answered > 0

    @property
    def unauthorised(self) -> bool:
        """Whether every answer to a valid request says that the token is not accepted."""
        return 0 < self._unauthorised == self._valid

    def count(self, exchange: Exchange, refused: str | None) -> None:
        """Count an exchange."""
        operation = self._operations[exchange.operation]
        operation.requests += 1
        response = exchange.response
        if response is None or exchange.intent is Intent.PROBE:
            return
        self._answered += 1
        if refused is not None:
            operation.refusals[refused] += 1
        if exchange.intent is Intent.VALID:
            self._valid += 1
            code = _UNAUTHORISED.get(response.status, 0)
            self._unauthorised += code is None or (code != 0 and code in error_codes(response.body))
            operation.statuses[response.status] += 1
            operation.successes += response.succeeded

    def trouble(self, name: str, reason: str) -> None:
        """Note why an operation, or with "" any of them, could not be looked at."""
        for operation in [self._operations[name]] if name else self._operations.values():
            operation.troubles.append(reason)

    def not_judged(self, exchange: Exchange, reasons: Sequence[str], *, blind: bool) -> None:
        """Note what of the contract could not be read; `blind` when nothing else judged the body of the answer."""
        operation = self._operations[exchange.operation]
        operation.unjudged += reasons
        response = exchange.response
        operation.blind += blind and exchange.intent is Intent.VALID and response is not None and response.succeeded

    def judge(self, exchange: Exchange, check: str, severity: Severity, found: Sequence[Found]) -> None:
        """Count one application of a check, and keep what it found."""
        operation = self._operations[exchange.operation]
        operation.applied[check] += 1
        operation.failed[check] += bool(found)
        for each in found:
            key = exchange.operation, check, each.where
            known = self._found.get(key)
            if known is None:
                self._found[key] = _Smallest(severity, each, exchange.request)
                continue
            known.times += 1
            if exchange.request.size < known.request.size:
                known.found, known.request = each, exchange.request

    def forget_findings(self) -> None:
        """Drop what was found: behind a locked door nothing can be judged."""
        self._found.clear()

    def findings(self, seed: int, redactor: Redactor) -> tuple[Finding, ...]:
        """Return the findings, breaking ones first, then in the order of the contract."""
        order = list(self._operations)
        ranked = sorted(
            self._found.items(),
            key=lambda item: (item[1].severity is not Severity.BREAKING, order.index(item[0][0]), item[0][1:]),
        )
        return tuple(
            Finding(
                check,
                smallest.severity,
                operation,
                redactor.text(smallest.found.promised),
                redactor.text(smallest.found.came),
                redactor.request(smallest.request).curl(),
                seed,
                redactor.text(where),
                smallest.times,
            )
            for (operation, check, where), smallest in ranked
        )

    def looked(self, redactor: Redactor) -> tuple[Looked, ...]:
        """Return how well each operation could be looked at."""
        return tuple(
            Looked(
                name,
                each.requests,
                each.successes,
                each.refusals.total(),
                tuple(Applied(check, times, each.failed[check]) for check, times in sorted(each.applied.items())),
                None if self._was_seen(name, each) else redactor.text(_reason(each)),
                tuple(map(redactor.text, each.unjudged)),
            )
            for name, each in self._operations.items()
        )

    def _was_seen(self, name: str, operation: _Operation) -> bool:
        """Say whether an operation was seen doing what it is there for; some can only refuse."""
        return operation.successes > operation.blind or (name in self._declining and operation.statuses.total() > 0)


def _reason(operation: _Operation) -> str:
    if operation.blind:
        return operation.unjudged[0] if operation.unjudged else "no schema of its answers can be read"
    if operation.refusals:
        return operation.refusals.most_common(1)[0][0]
    if operation.statuses:
        statuses = ", ".join(f"{status} ({times})" for status, times in sorted(operation.statuses.items()))
        return f"no valid request was answered with 2xx; came {statuses}"
    return operation.troubles[0] if operation.troubles else "no valid request could be made"
