"""Comparing the answers that two runs got to the same cases, with each other and with the document."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from contracts.cases import OWN
from contracts.context import Context, World
from contracts.drift.differences import Difference
from contracts.drift.phrases import breach, length_range, order_shown, presence, size_range, transfer
from contracts.drift.portraits import Answer, Portrait, answer_of, is_counted
from contracts.drift.promises import Promises
from contracts.drift.runs import Pair
from contracts.exchanges import Exchange, Intent

_UNIT = 0.01
_FACTOR = 50.0
_FEWEST = 3
"""Numbers that both sides have to have before their sizes are compared."""


@dataclass(slots=True)
class _Seen:
    """One pair of answers: contexts, and what they look like."""

    a: Context
    b: Context
    answer_a: Answer
    answer_b: Answer

    @property
    def sample(self) -> tuple[Exchange, Exchange]:
        return self.a.exchange, self.b.exchange


@dataclass(slots=True)
class Compared:
    """What came of comparing one operation."""

    operation: str
    differences: list[Difference] = field(default_factory=list)
    pairs: int = 0
    successes: int = 0
    """Pairs in which both answers are 2xx."""
    valid: int = 0
    """Pairs of valid requests with the right credentials."""
    refused: Counter[str] = field(default_factory=Counter)
    """Why pairs could not be compared: refusals for now, or no answer."""


def compare(pairs: Sequence[Pair], world: World) -> list[Compared]:
    """Return what differs, operation by operation, in the order of the cases."""
    by_operation: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.a.exchange.operation in world.document.operations:
            by_operation[pair.a.exchange.operation].append(pair)
    return [_Comparison(name, world).of(each) for name, each in by_operation.items()]


class _Comparison:
    def __init__(self, operation: str, world: World) -> None:
        self._world = world
        self._promises = Promises(world)
        self._result = Compared(operation)
        self._found: dict[tuple[str, str, str, str, str], Difference] = {}

    def of(self, pairs: Sequence[Pair]) -> Compared:
        """Return what differs in these pairs."""
        seen = [each for pair in pairs if (each := self._seen(pair)) is not None]
        self._result.pairs = len(seen)
        for each in seen:
            self._result.successes += each.a.response.succeeded and each.b.response.succeeded
            self._result.valid += each.a.exchange.intent is Intent.VALID and each.a.exchange.credential == OWN
            self._statuses(each)
        alike: dict[tuple[int, str], list[_Seen]] = defaultdict(list)
        for each in seen:
            if each.answer_a.kind == each.answer_b.kind:
                alike[each.answer_a.kind].append(each)
        for group in alike.values():
            self._headers(group)
            self._places(group)
            self._codes(group)
            self._order(group)
            self._breaches(group)
        if self._result.valid or not self._result.refused:  # else one of the two does not have it: it refuses anything
            self._result.differences = list(self._found.values())
        return self._result

    def _seen(self, pair: Pair) -> _Seen | None:
        for done in (pair.a, pair.b):
            reason = done.refused or (done.exchange.no_answer.value if done.exchange.no_answer else None)
            if reason is not None or done.exchange.response is None:
                self._result.refused[reason or "no answer"] += 1
                return None
        # what was sent to A was sent to B; only A's request is known to be the recorded one
        a = Context(pair.a.exchange, self._world)
        b = Context(replace(pair.b.exchange, operation=pair.a.exchange.operation), self._world)
        return _Seen(a, b, answer_of(a), answer_of(b))

    def _add(
        self,
        seen: _Seen,
        aspect: str,
        where: str,
        a: str,
        b: str,
        agrees: tuple[bool, bool],
        *,
        addition: bool = False,
        times: int = 1,
    ) -> None:
        status, media_type = seen.answer_a.kind
        answer = "" if aspect == "status" else f"{status} {media_type}".strip()
        new = Difference(self._result.operation, aspect, where, answer, a, b, *agrees, seen.sample, times, addition)
        key = aspect, where, answer, a, b
        known = self._found.get(key)
        if known is None:
            self._found[key] = new
            return
        smaller = min(known, new, key=lambda each: each.sample[0].request.size)
        self._found[key] = replace(
            smaller,
            times=known.times + times,
            a_agrees=known.a_agrees and new.a_agrees,
            b_agrees=known.b_agrees and new.b_agrees,
        )

    def _statuses(self, seen: _Seen) -> None:
        a, b = seen.answer_a, seen.answer_b
        if a.status != b.status:
            agrees = self._promises.has_status(seen.a), self._promises.has_status(seen.b)
            self._add(seen, "status", "", str(a.status), str(b.status), agrees)
        elif a.media_type != b.media_type:
            agrees = self._promises.has_media_type(seen.a), self._promises.has_media_type(seen.b)
            self._add(seen, "media-type", "", a.media_type or "none", b.media_type or "none", agrees)
        elif (whole := transfer(seen.a)) != (other := transfer(seen.b)):
            self._add(seen, "transfer", "", whole, other, (whole == "whole", other == "whole"))

    def _headers(self, group: Sequence[_Seen]) -> None:
        a, b = (Counter(name for each in group for name in side(each).headers) for side in (_side_a, _side_b))
        for name in sorted({*a, *b}):
            # always at one and never at the other; what comes and goes says nothing
            if {a[name], b[name]} != {0, len(group)}:
                continue
            declared = self._promises.headers(group[0].a)
            here, there = (f"{name} comes" if count else f"{name} does not come" for count in (a[name], b[name]))
            required = declared.get(name)
            agrees = tuple(required is not None if count else not required for count in (a[name], b[name]))
            self._add(group[0], "header", name, here, there, (agrees[0], agrees[1]), addition=required is None)

    def _places(self, group: Sequence[_Seen]) -> None:
        a, b = (_joined(side(each).portrait for each in group) for side in (_side_a, _side_b))
        for where in list(dict.fromkeys((*a.places, *b.places))):
            if any(self._lacks(a, b, above) for above in _above(where)):
                continue  # the whole of it is told already
            is_shared = where in a.places and where in b.places
            if self._lacks(a, b, where) or (is_shared and a.always(where) != b.always(where)):
                self._member(group, a, b, where)
            if is_shared:
                self._types(group, a, b, where)
                self._words(group, a, b, where)
                self._statistics(group, a, b, where)

    @staticmethod
    def _lacks(a: Portrait, b: Portrait, where: str) -> bool:
        """Return whether only one of the two has a place, although the other has the object around it."""
        if not where or where.endswith("/*") or (where in a.places) == (where in b.places):
            return False
        above = where.rpartition("/")[0]
        return all(above in each.places and each.places[above].objects > 0 for each in (a, b))

    def _member(self, group: Sequence[_Seen], a: Portrait, b: Portrait, where: str) -> None:
        described, required = self._promises.member(group[0].a, where)
        shown = [presence(each, where) for each in (a, b)]
        if shown[0] == shown[1]:
            return
        # what comes and goes breaks a promise only where it is required, and is news only where nobody described it
        is_news = "never" in shown and not described
        if "sometimes" in shown and not required and not is_news:
            return
        agrees = [described if each == "always" else described and not required for each in shown]
        agrees = [not required if each == "never" else agree for each, agree in zip(shown, agrees, strict=True)]
        showing = [each for each in group if len({where in side.portrait.places for side in _sides(each)}) == 2]
        sample = _smallest(showing or group)
        self._add(
            sample, "member", where, f"{shown[0]} there", f"{shown[1]} there", (agrees[0], agrees[1]),
            addition=not (described or required), times=max(1, len(showing)),
        )  # fmt: skip

    def _types(self, group: Sequence[_Seen], a: Portrait, b: Portrait, where: str) -> None:
        of_a, of_b = a.places[where].types, b.places[where].types
        if {"integer", "number"} & of_a and {"integer", "number"} & of_b and not _only_whole(of_a, of_b):
            of_a, of_b = of_a - {"integer", "number"}, of_b - {"integer", "number"}
        if of_a == of_b or (not of_a or not of_b):
            return
        showing = [each for each in group if _types_at(each, where, 0) != _types_at(each, where, 1)]
        sample, times = _smallest(showing or group), max(1, len(showing))
        agrees = self._agree(group, where)
        self._add(sample, "type", where, " or ".join(sorted(of_a)), " or ".join(sorted(of_b)), agrees, times=times)

    def _words(self, group: Sequence[_Seen], a: Portrait, b: Portrait, where: str) -> None:
        of_a, of_b = a.places[where].words, b.places[where].words
        if group[0].answer_a.status >= 400 or of_a == of_b or not of_a or not of_b:
            return
        known = self._promises.values(group[0].a, where)
        strange = (of_a ^ of_b) - known
        if known and not strange:
            return  # any of them may come
        agrees = self._agree(group, where)
        showing = [each for each in group if _words_at(each, where, 0) != _words_at(each, where, 1)]
        sample, times = _smallest(showing or group), max(1, len(showing))
        self._add(sample, "value", where, ", ".join(sorted(of_a)), ", ".join(sorted(of_b)), agrees, times=times)

    def _codes(self, group: Sequence[_Seen]) -> None:
        """Compare what refusals say, case by case: which code comes depends on what was wrong with the request."""
        for each in group if group[0].answer_a.status >= 400 else ():
            a, b = each.answer_a.portrait, each.answer_b.portrait
            for where in (where for where in a.places if where in b.places):
                of_a, of_b = a.places[where].words, b.places[where].words
                if of_a and of_b and of_a != of_b:
                    agrees = not self._breaks(each.a, where), not self._breaks(each.b, where)
                    self._add(each, "value", where, ", ".join(sorted(of_a)), ", ".join(sorted(of_b)), agrees)

    def _order(self, group: Sequence[_Seen]) -> None:
        seen_at = [{side(each).order for each in group} for side in (_side_a, _side_b)]
        for each in group:
            a, b = each.answer_a.order, each.answer_b.order
            agrees = self._promises.ends(each.a), self._promises.ends(each.b)
            strange = a != b and a not in seen_at[1] and b not in seen_at[0]
            if strange or (each.a.is_stream and agrees[0] != agrees[1]):
                shown = [order_shown(order, context) for order, context in ((a, each.a), (b, each.b))]
                self._add(each, "order", "", shown[0], shown[1], agrees)

    def _statistics(self, group: Sequence[_Seen], a: Portrait, b: Portrait, where: str) -> None:
        of_a, of_b = a.places[where], b.places[where]
        agrees = self._agree(group, where)
        lengths = [(each, _lengths_at(each, where, 0), _lengths_at(each, where, 1)) for each in group]
        measured = [(each, here, there) for each, here, there in lengths if here and there]
        unlike = [(each, here, there) for each, here, there in measured if set(here) != set(there)]
        if of_a.types == of_b.types:  # else it is told already; whether vectors are text follows from the request
            for each in (each for each, here, there in lengths if here is not None and bool(here) != bool(there)):
                types = [_types_at(each, where, side) or set() for side in (0, 1)]
                if all(types) and not types[0] & types[1]:
                    came = [" or ".join(sorted(side)) for side in types]
                    self._add(each, "type", where, came[0], came[1], agrees)
        # how many there are follows from the request; how long vectors are, from the model
        if unlike and (is_counted(where) or len(unlike) == len(measured)):
            one = size_range([size for _, sizes, _ in unlike for size in sizes])
            other = size_range([size for _, _, sizes in unlike for size in sizes])
            sample = _smallest([each for each, _, _ in unlike])
            self._add(sample, "statistic", where, one, other, agrees, times=len(unlike))
        if of_a.norms and of_b.norms:
            unit = [all(abs(norm - 1) < _UNIT for norm in each.norms) for each in (of_a, of_b)]
            if unit[0] != unit[1]:
                self._add(group[0], "statistic", where, length_range(of_a.norms), length_range(of_b.norms), agrees)
        if {"integer"} == of_a.types == of_b.types and of_a.numbers and of_b.numbers:
            lowest = min(of_a.numbers), min(of_b.numbers)
            if (lowest[0] < 0) != (lowest[1] < 0):
                self._add(group[0], "statistic", where, f"from {lowest[0]:.0f}", f"from {lowest[1]:.0f}", agrees)
                return
        if min(len(of_a.numbers), len(of_b.numbers)) >= _FEWEST:
            here, there = median(of_a.numbers), median(of_b.numbers)
            low, high = sorted((abs(here), abs(there)))
            if here * there < 0 or (low > 0 and high / low >= _FACTOR):
                self._add(group[0], "statistic", where, f"about {here:.6g}", f"about {there:.6g}", agrees)

    def _breaches(self, group: Sequence[_Seen]) -> None:
        """Tell what breaks the contract and was not told as a difference yet."""
        told = {each.where for each in self._found.values()}
        for each in group:
            of_a, of_b = self._promises.breaches(each.a), self._promises.breaches(each.b)
            for where in dict.fromkeys((*of_a, *of_b)):
                if any(place in (where, where.rstrip("/")) or _is_member(place, where) for place in told if place):
                    continue
                a, b = (breach(of[where]) if where in of else "as documented" for of in (of_a, of_b))
                if where in of_a and where in of_b:
                    a = b = breach(of_b[where])
                    if (known := self._told_of_both(where)) is not None:
                        a, b = known.a, known.b
                self._add(each, "contract", where, a, b, (where not in of_a, where not in of_b))

    def _told_of_both(self, where: str) -> Difference | None:
        """Return the difference that stands for this place already: what came may be another value each time."""
        return next((each for each in self._found.values() if (each.aspect, each.where) == ("contract", where)), None)

    def _agree(self, group: Sequence[_Seen], where: str) -> tuple[bool, bool]:
        return (
            not any(self._breaks(each.a, where) for each in group),
            not any(self._breaks(each.b, where) for each in group),
        )

    def _breaks(self, context: Context, where: str) -> bool:
        return any(place == (where or "/") for place in self._promises.breaches(context))


def _smallest(group: Sequence[_Seen]) -> _Seen:
    return min(group, key=lambda each: each.a.exchange.request.size)


def _side_a(seen: _Seen) -> Answer:
    return seen.answer_a


def _side_b(seen: _Seen) -> Answer:
    return seen.answer_b


def _sides(seen: _Seen) -> tuple[Answer, Answer]:
    return seen.answer_a, seen.answer_b


def _types_at(seen: _Seen, where: str, index: int) -> set[str] | None:
    place = _sides(seen)[index].portrait.places.get(where)
    return None if place is None else place.types


def _lengths_at(seen: _Seen, where: str, index: int) -> list[int] | None:
    place = _sides(seen)[index].portrait.places.get(where)
    return None if place is None else place.lengths


def _words_at(seen: _Seen, where: str, index: int) -> set[str] | None:
    place = _sides(seen)[index].portrait.places.get(where)
    return None if place is None else place.words


def _joined(portraits: Iterator[Portrait]) -> Portrait:
    whole = Portrait()
    for each in portraits:
        whole |= each
    return whole


def _is_member(place: str, where: str) -> bool:
    return place.rpartition("/")[0] == where.rstrip("/")


def _above(where: str) -> Iterator[str]:
    while "/" in where:
        where = where.rpartition("/")[0]
        yield where


def _only_whole(a: set[str], b: set[str]) -> bool:
    """Return whether one side has whole numbers only and the other none."""
    return ("number" not in a and "integer" not in b) or ("number" not in b and "integer" not in a)
