"""Adding up what was seen: findings with their smallest request, and how often each check applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from contracts.checks.registry import Check, GroupCheck
from contracts.engine_checks import EngineCheck
from contracts.exchanges import Exchange, Intent
from contracts.findings import Finding, Found, Severity
from contracts.redaction import Redactor
from contracts.refusals import error_codes
from contracts.report import Applied, Looked

_UNAUTHORISED = {400: 9106, 401: None, 403: 10000}
"""Statuses that mean that the token itself is refused, with the error code that has to come with them."""


@dataclass(slots=True)
class Kept:
    """A finding in the making: what was found, and the smallest exchanges that show it."""

    check: str
    kind: str
    source: str
    severity: Severity
    found: Found
    exchanges: tuple[Exchange, ...]
    """One, or those of the group."""
    times: int = 1
    shown: int = 1
    tries: int = 1

    @property
    def operation(self) -> str:
        """The id of the operation."""
        return self.exchanges[0].operation

    @property
    def size(self) -> tuple[int, tuple[int, int, bytes]]:
        """Orders by what it takes to show the finding."""
        return len(self.exchanges), self.exchanges[-1].request.size


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

    def __init__(self, operations: Sequence[str], declining: Collection[str] = (), spare: Collection[str] = ()) -> None:
        """Count for these operations.

        `declining` are those whose contract promises no success at all, `spare` those that a target need not have.
        """
        self._declining, self._spare = frozenset(declining), frozenset(spare)
        self._operations = {name: _Operation() for name in operations}
        self._found: dict[tuple[str, str, str], Kept] = {}
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

    def judge(self, exchange: Exchange, check: Check, found: Sequence[Found]) -> None:
        """Count one application of a check, and keep what it found."""
        self._judge((exchange,), check.name, check.kind, check.source, check.severity, found)

    def judge_group(self, exchanges: Sequence[Exchange], check: GroupCheck, found: Sequence[Found]) -> None:
        """Count one application of a check of groups, and keep what it found."""
        self._judge(tuple(exchanges), check.name, check.kind, check.source, check.severity, found)

    def judge_engine(self, exchange: Exchange, name: str, check: EngineCheck, found: Sequence[Found]) -> None:
        """Count one application of a check of the engine, and keep what it found."""
        self._judge((exchange,), name, check.kind, "document", check.severity, found)

    def _judge(
        self,
        exchanges: tuple[Exchange, ...],
        check: str,
        kind: str,
        source: str,
        severity: Severity,
        found: Sequence[Found],
    ) -> None:
        name = exchanges[0].operation
        operation = self._operations[name]
        operation.applied[check] += 1
        operation.failed[check] += bool(found)
        for each in found:
            new = Kept(check, kind, source, each.severity or severity, each, exchanges)
            known = self._found.setdefault((name, check, each.where), new)
            if known is new:
                continue
            known.times += 1
            if new.size < known.size:
                known.found, known.exchanges, known.severity = new.found, new.exchanges, new.severity

    def kept(self) -> list[Kept]:
        """Return what was found so far, the worst first, then in the order of the contract."""
        order = {name: index for index, name in enumerate(self._operations)}
        found = [item for item in self._found.items() if not self._is_absent(item[0][0])]
        ranked = sorted(found, key=lambda item: (item[1].severity.rank, order[item[0][0]], item[0][1:]))
        return [each for _, each in ranked]

    def applied(self, check: str) -> int:
        """Return how often a check applied."""
        return sum(each.applied[check] for each in self._operations.values())

    def forget_findings(self) -> None:
        """Drop what was found: behind a locked door nothing can be judged."""
        self._found.clear()

    def findings(self, seed: int, redactor: Redactor) -> tuple[Finding, ...]:
        """Return the findings, the worst first, then in the order of the contract."""
        return tuple(
            Finding(
                each.check,
                each.severity,
                each.operation,
                redactor.said(each.found.promised),
                redactor.said(each.found.came),
                _commands(each.exchanges, redactor),
                seed,
                redactor.said(each.found.where),
                each.times,
                each.kind,
                each.source,
                redactor.said(each.exchanges[-1].reason),
                each.exchanges[-1].phase,
                each.shown,
                each.tries,
            )
            for each in self.kept()
        )

    def looked(self, redactor: Redactor, otherwise: str = "no valid request could be made") -> tuple[Looked, ...]:
        """Return how well each operation could be looked at; `otherwise` is why not where nothing is known of it."""
        return tuple(
            Looked(
                name,
                each.requests,
                each.successes,
                each.refusals.total(),
                tuple(Applied(check, times, each.failed[check]) for check, times in sorted(each.applied.items())),
                None if self._was_seen(name, each) else redactor.said(self._reason(name, each, otherwise)),
                tuple(map(redactor.said, each.unjudged)),
                name not in self._spare,
            )
            for name, each in self._operations.items()
        )

    def _reason(self, name: str, operation: _Operation, otherwise: str) -> str:
        reason = _reason(operation, otherwise)
        return f"{reason}; {_SPARE}" if name in self._spare else reason

    def _is_absent(self, name: str) -> bool:
        """Say whether an operation that a target need not have is not there: nothing was granted, nothing crashed."""
        operation = self._operations[name]
        granted = operation.successes or any(status >= 500 for status in operation.statuses)
        return name in self._spare and not granted and operation.statuses.total() > 0

    def _was_seen(self, name: str, operation: _Operation) -> bool:
        """Say whether an operation was seen doing what it is there for; some can only refuse."""
        return operation.successes > operation.blind or (name in self._declining and operation.statuses.total() > 0)


def _commands(exchanges: Sequence[Exchange], redactor: Redactor) -> str:
    """Return the requests as commands, one to a line; of a group that repeats itself each only once."""
    return "\n".join(dict.fromkeys(redactor.request(each.request).curl() for each in exchanges))


_SPARE = "the only models of this family are retired or unlisted, so that fails no run"


def _reason(operation: _Operation, otherwise: str) -> str:
    if operation.blind:
        return operation.unjudged[0] if operation.unjudged else "no schema of its answers can be read"
    if operation.refusals:
        return operation.refusals.most_common(1)[0][0]
    if operation.statuses:
        statuses = ", ".join(f"{status} ({times})" for status, times in sorted(operation.statuses.items()))
        return f"no valid request was answered with 2xx; came {statuses}"
    return operation.troubles[0] if operation.troubles else otherwise
