"""What HTTP itself promises."""

from __future__ import annotations

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import quoted
from contracts.context import Context
from contracts.exchanges import Exchange, NoAnswer
from contracts.findings import Found, Severity


@check("not_a_server_error", Severity.BREAKING, kind="http", source="HTTP", answerless=True)
def not_a_server_error(exchange: Exchange, context: Context) -> list[Found] | None:
    """Whatever is sent, the answer is no server error, and the connection is not dropped.

    Finds crashes: a 500 for an input that nobody thought of, or no answer at all.
    """
    promised = "no server error, whatever is sent"
    if exchange.response is None:
        dropped = exchange.no_answer is NoAnswer.DROPPED
        return [Found(promised, exchange.no_answer.value)] if dropped and exchange.no_answer else None
    response = exchange.response
    if response.status < 500:
        return []
    return [Found(promised, f"{response.status} {response.media_type} {quoted(response.body)}")]


@check("whole_answer", Severity.BREAKING, kind="http", source="HTTP")
def whole_answer(exchange: Exchange, context: Context) -> list[Found] | None:
    """An answer arrives whole: as long as its content-length says, ended properly, and compressed as it says.

    Finds bodies that are cut off, a wrong content-length, and broken compression.
    """
    return [Found("a whole answer", fault, fault.split(":")[0]) for fault in context.response.faults[:1]]


CHECKS: tuple[AnyCheck, ...] = (not_a_server_error, whole_answer)
