"""When to give up on an operation, or on the whole target."""

from __future__ import annotations

from collections import Counter

from contracts.exchanges import Exchange, Intent, NoAnswer, Response
from contracts.refusals import refusal

_HUNG_AT_FIRST = 2
_HUNG = 6
_HUNG_OPERATION = 2
_GONE = 3
_REFUSED_OPERATION = 3
_REFUSED = 24


class Patience:
    """Remembers what went wrong; bounds how long a target that hangs, is gone or refuses everything is asked."""

    def __init__(self) -> None:
        self.over: str | None = None
        """Why nothing more is to be sent; None while there is hope."""
        self._answered = 0
        self._waited = 0
        self._hung: Counter[str] = Counter()
        self._gone = 0
        self._refused: Counter[str] = Counter()
        self._refused_in_a_row = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be sent."""
        return self.over is not None

    def arrived(self, came: Response | NoAnswer) -> None:
        """Take into account what came of one request."""
        if isinstance(came, Response):
            self._answered += 1
            self._gone = 0
            if came.cut_short:
                self._wait(NoAnswer.ENDLESS)
        elif came.is_unreachable:
            self._gone += 1
            if self._gone >= _GONE or not self._answered:
                self.over = f"cannot be reached{' any more' if self._answered else ''}: {came.value}"
        elif came is NoAnswer.ENDLESS:
            self._wait(came)

    def note(self, exchange: Exchange) -> None:
        """Take into account how an operation behaved."""
        if exchange.no_answer is NoAnswer.ENDLESS or (exchange.response is not None and exchange.response.cut_short):
            self._hung[exchange.operation] += 1
        if exchange.response is None or exchange.intent is not Intent.VALID:
            return
        refused = refusal(exchange)
        if refused is None:
            self._refused[exchange.operation] = self._refused_in_a_row = 0
            return
        self._refused[exchange.operation] += 1
        self._refused_in_a_row += 1
        if self._refused_in_a_row >= _REFUSED:
            self.over = f"refuses everything: {refused}"

    def _wait(self, came: NoAnswer) -> None:
        self._waited += 1
        if self._waited >= (_HUNG if self._answered else _HUNG_AT_FIRST):
            self.over = f"does not answer in time: {came.value}"

    def hopes(self, operation: str) -> bool:
        """Return whether a refused request of this operation is worth another try."""
        return self._refused[operation] == 0

    def gives_up(self, operation: str) -> bool:
        """Return whether an operation is not asked any more."""
        return self._hung[operation] >= _HUNG_OPERATION or self._refused[operation] >= _REFUSED_OPERATION
