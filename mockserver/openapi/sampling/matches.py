"""Strings that match a regular expression, of a wanted length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from random import Random

from mockserver.openapi.sampling.patterns import (
    MANY,
    Back,
    Chars,
    Edge,
    Either,
    Group,
    Look,
    Node,
    PatternError,
    Repeat,
    Sequence,
    parse,
)

_FILLER = "abcdefghijklmnopqrstuvwxyz"
_SLACK = 8
LONGEST = 100_000
"""No string longer than this is written."""


Spend = Callable[[int], None]
"""Accounts for work; raises Exhausted when there was too much."""


def candidates(pattern: str, random: Random, low: int, high: int | None, tries: int, spend: Spend) -> Iterator[str]:
    """Yield strings that should match `pattern`, `low` to `high` characters long where that can be.

    Looks ahead, looks behind and word boundaries are aimed at but not promised: whoever reads judges.
    """
    if tries <= 0:
        return
    spend(5 + len(pattern) // 2)
    try:
        variants = _variants(pattern)
    except PatternError:
        return
    limit = min(MANY if high is None else high, LONGEST)
    fitting = [variant for variant in variants if variant.low <= limit and variant.longest >= low]
    if not fitting:
        return
    for number in range(tries):
        variant = fitting[number % len(fitting)] if number else random.choice(fitting)
        text = variant.write(random, low, limit, number, spend)
        if text is not None:
            yield text


@lru_cache(maxsize=512)
def states(pattern: str) -> int:
    """Return about how many states a machine that reads the pattern has."""
    try:
        return _states(parse(pattern))
    except PatternError:
        return len(pattern)


def _states(node: Node) -> int:
    match node:
        case Chars():
            return len(node.ranges)
        case Sequence():
            return 1 + sum(map(_states, node.parts))
        case Either():
            return 1 + sum(map(_states, node.options))
        case Repeat():
            return 1 + _states(node.inner) * max(1, node.least if node.most == MANY else node.most)
        case Group() | Look():
            return 1 + _states(node.inner)
    return 1


class _Variant:
    """One alternative at the top of a pattern, with what may stand before and after it."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.open_start = not _edge(node, "^")
        self.open_end = not _edge(node, "$")
        self.low = node.low
        self.longest = MANY if self.open_start or self.open_end else node.high
        self.pieces = list(_looked_at(node))

    def write(self, random: Random, low: int, limit: int, number: int, spend: Spend) -> str | None:
        writer = _Writer(random, spend)
        pieces: list[tuple[str, bool]] = []
        if self.pieces and number % 2:
            for piece, loose in self.pieces:
                slack = min(piece.high, piece.low + random.randrange(4))
                pieces.append((writer.write(piece, slack), loose))
        needed = max(low, sum(len(text) for text, _ in pieces))
        least = max(self.node.low, min(needed, self.node.high, limit))
        most = max(least, min(self.node.high, limit, least + (0 if number % 5 == 4 else _SLACK)))
        if most > LONGEST:
            return None
        text = writer.write(self.node, random.randint(least, most))
        missing = max(needed - len(text), 0)
        if not missing and self.open_end and number % 3 != 2:
            return _overlaid(
                text + _filler(random, random.randint(0, max(0, min(6, limit - len(text))))), pieces, random
            )
        spend(missing // 8)
        if missing and (self.open_start or self.open_end):
            before = random.randint(0, missing) if self.open_start and self.open_end else missing * self.open_start
            text = _filler(random, before) + text + _filler(random, missing - before)
        return _overlaid(text, pieces, random)


def _filler(random: Random, length: int) -> str:
    return "".join(random.choices(_FILLER, k=length))


def _overlaid(text: str, pieces: list[tuple[str, bool]], random: Random) -> str:
    """Write what a look ahead asks for over the text: anywhere when it may be anywhere, else at the start."""
    free = 0
    for number, (piece, loose) in enumerate(pieces):
        later = sum(len(other) for other, _ in pieces[number:])
        at = random.randint(free, max(free, len(text) - later)) if loose else 0
        text = text[:at] + piece + text[at + len(piece) :]
        free = at + len(piece)
    return text


class _Writer:
    def __init__(self, random: Random, spend: Spend) -> None:
        self.random = random
        self.spend = spend
        self.nodes = 0
        self.captured: dict[str, str] = {}

    def write(self, node: Node, length: int) -> str:
        """Return a match of `node`, of that length when there is one."""
        self.nodes += 1
        if not self.nodes % 8:
            self.spend(2)
        match node:
            case Chars():
                return _pick(node, self.random)
            case Sequence():
                shares = self.shares(node.parts, length)
                return "".join([self.write(part, share) for part, share in zip(node.parts, shares, strict=True)])
            case Either():
                self.spend(len(node.options) // 8)
                fitting = [each for each in node.options if each.low <= length <= each.high] or node.options
                chosen = self.random.choice(fitting)
                return self.write(chosen, max(chosen.low, min(length, chosen.high)))
            case Repeat():
                return self.repeated(node, length)
            case Group():
                text = self.write(node.inner, length)
                self.captured[node.name] = text
                return text
            case Back():
                return self.captured.get(node.name, "")
        return ""

    def shares(self, parts: tuple[Node, ...], length: int) -> list[int]:
        """Divide a length among parts, each within its own bounds."""
        self.spend(len(parts) // 4)
        shares = [part.low for part in parts]
        slack = length - sum(shares)
        elastic = [index for index, part in enumerate(parts) if part.high > part.low and not isinstance(part, Back)]
        self.random.shuffle(elastic)
        others = sum(parts[index].high - parts[index].low for index in elastic)
        for index in elastic:
            if slack <= 0:
                break
            others -= parts[index].high - parts[index].low  # what is left is the room in those still to come
            room = min(parts[index].high - parts[index].low, slack)
            given = room
            if others:
                given = self.random.randint(max(0, slack - others), room)
            shares[index] += given
            slack -= given
        return shares

    def repeated(self, node: Repeat, length: int) -> str:
        inner = node.inner
        if isinstance(inner, Chars):
            count = max(node.least, min(length, node.most))
            self.spend(count // 4)
            return "".join([_pick(inner, self.random) for _ in range(count)])
        fewest = max(node.least, -(-length // inner.high) if inner.high else 0)
        most = min(node.most, length // inner.low if inner.low else max(length, node.least))
        count = self.random.randint(fewest, most) if fewest < most else max(node.least, min(fewest, node.most))
        if not count:
            return ""
        self.spend(count // 8 if count <= LONGEST else MANY)
        shares = self.shares((inner,) * count, length) if count <= 2000 else [max(inner.low, length // count)] * count
        return "".join([self.write(inner, share) for share in shares])


def _pick(node: Chars, random: Random) -> str:
    pool = node.pool
    if pool:
        return pool[int(random.random() * len(pool))]
    if not node.ranges:
        return ""
    low, high = random.choice(node.ranges)
    point = random.randint(low, high)
    return chr(point) if not 0xD800 <= point <= 0xDFFF else "\ue000"


@lru_cache(maxsize=512)
def _variants(pattern: str) -> list[_Variant]:
    return [_Variant(node) for node in _tops(parse(pattern))]


def _tops(node: Node) -> Iterator[Node]:
    """Yield the alternatives at the top, each of which has its own edges."""
    if isinstance(node, Either):
        for option in node.options:
            yield from _tops(option)
    elif isinstance(node, Group) and isinstance(node.inner, Either):
        yield from _tops(node.inner)
    else:
        yield node


def _edge(node: Node, kind: str) -> bool:
    if isinstance(node, Edge):
        return node.kind == kind
    if isinstance(node, Group):
        return _edge(node.inner, kind)
    if isinstance(node, Sequence):
        parts = node.parts if kind == "^" else node.parts[::-1]
        for part in parts:
            if not isinstance(part, Look):
                return _edge(part, kind)
    return False


def _looked_at(node: Node) -> Iterator[tuple[Node, bool]]:
    """Yield what looks ahead ask for, and whether it may stand anywhere."""
    if isinstance(node, Look) and node.wanted and node.ahead:
        inner = node.inner
        parts = list(inner.parts) if isinstance(inner, Sequence) else [inner]
        loose = False
        while parts and isinstance(parts[0], Repeat) and isinstance(parts[0].inner, Chars) and parts[0].least == 0:
            loose = True
            parts.pop(0)
        wanted = [part for part in parts if not isinstance(part, Edge)]
        total = Sequence(sum(part.low for part in wanted), sum(part.high for part in wanted), tuple(wanted))
        yield total, loose
    elif isinstance(node, Sequence):
        for part in node.parts:
            yield from _looked_at(part)
    elif isinstance(node, (Group, Repeat)):
        yield from _looked_at(node.inner)
