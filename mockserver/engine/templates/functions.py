"""The functions of templates. Each draws from the random generator of its request."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from mockserver.engine.templates import dates
from mockserver.engine.templates.parsing import TemplateError, unknown_function

if TYPE_CHECKING:
    from mockserver.engine.templates.expressions import Scope

_LONGEST_STRING = 65_536
_WIDEST = 65_635  # randomInt() spans from minus this to this, as Microcks documents it
_LETTERS = string.ascii_letters + string.digits
Arguments = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function, how many arguments it takes, and what else is asked of them."""

    call: Callable[[Scope, Arguments], Any]
    most: int = 0
    least: int = 0
    check: Callable[[Arguments], None] = lambda arguments: None
    """Raises TemplateError for arguments that mean nothing."""


def check(name: str, arguments: Arguments) -> None:
    """Raise TemplateError unless there is such a function and it takes the arguments."""
    function = FUNCTIONS.get(name)
    if function is None:
        raise unknown_function(name, iter(FUNCTIONS))
    if not function.least <= len(arguments) <= function.most:
        wanted = str(function.most) if function.least == function.most else f"{function.least} to {function.most}"
        raise TemplateError(f"{name}() takes {wanted} arguments, these are {len(arguments)}")
    function.check(arguments)


def _now(scope: Scope, arguments: Arguments) -> Any:
    milliseconds = dates.milliseconds(scope.invocation)
    if not arguments:
        return milliseconds
    return dates.written(milliseconds, arguments[0], arguments[1] if len(arguments) > 1 else "")


def _check_now(arguments: Arguments) -> None:
    if arguments:
        dates.written(0, arguments[0], arguments[1] if len(arguments) > 1 else "")


def _uuid(scope: Scope, arguments: Arguments) -> str:
    return str(UUID(int=scope.random.getrandbits(128), version=4))


def _random_int(scope: Scope, arguments: Arguments) -> int:
    bounds = [int(each) for each in arguments]
    if not bounds:
        return scope.random.randint(-_WIDEST, _WIDEST)
    low, high = sorted((0, *bounds) if len(bounds) == 1 else bounds)
    return scope.random.randint(low, high)


def _check_integers(arguments: Arguments) -> None:
    for each in arguments:
        if not each.removeprefix("-").isdecimal() or not each.isascii() or len(each) > 18:
            raise TemplateError(f"{each!r} is no whole number")


def _random_string(scope: Scope, arguments: Arguments) -> str:
    length = int(arguments[0]) if arguments else 32
    return "".join(scope.random.choices(_LETTERS, k=length))


def _check_length(arguments: Arguments) -> None:
    _check_integers(arguments)
    if arguments and not 0 <= int(arguments[0]) <= _LONGEST_STRING:
        raise TemplateError(f"a string of {arguments[0]} characters; it has to be 0 to {_LONGEST_STRING}")


def _random_value(scope: Scope, arguments: Arguments) -> str:
    return scope.random.choice([_unquoted(each) for each in arguments])


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def _random_boolean(scope: Scope, arguments: Arguments) -> bool:
    return scope.random.random() < 0.5


def _drawn(draw: Callable[[Random], Any]) -> Function:
    return Function(lambda scope, arguments: draw(scope.random))


def _word(kind: str) -> Function:
    """Return a function that draws one of the words of a kind; they are loaded on first use."""

    def call(scope: Scope, arguments: Arguments) -> str:
        from mockserver.engine.templates import words

        return words.DRAWS[kind](scope.random)

    return Function(call)


_NOW = Function(_now, most=2, check=_check_now)
_UUID = Function(_uuid)

FUNCTIONS: dict[str, Function] = {
    "now": _NOW,
    "timestamp": _NOW,
    "uuid": _UUID,
    "guid": _UUID,
    "randomUUID": _UUID,
    "randomInt": Function(_random_int, most=2, check=_check_integers),
    "randomString": Function(_random_string, most=1, check=_check_length),
    "randomValue": Function(_random_value, most=1000, least=1),
    "randomBoolean": Function(_random_boolean),
    "randomFirstName": _word("first-name"),
    "randomLastName": _word("last-name"),
    "randomFullName": _word("full-name"),
    "randomNamePrefix": _word("name-prefix"),
    "randomNameSuffix": _word("name-suffix"),
    "randomPhoneNumber": _word("phone-number"),
    "randomCity": _word("city"),
    "randomStreetName": _word("street-name"),
    "randomStreetAddress": _word("street-address"),
    "randomCountry": _word("country"),
    "randomCountryCode": _word("country-code"),
    "randomLatitude": _drawn(lambda random: round(random.uniform(-90, 90), 4)),
    "randomLongitude": _drawn(lambda random: round(random.uniform(-180, 180), 4)),
    "randomEmail": _word("email"),
}
