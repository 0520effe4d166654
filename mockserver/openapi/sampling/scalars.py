"""Numbers and strings that keep to a view."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random

from mockserver.openapi.sampling import formats, matches, vocabulary
from mockserver.openapi.sampling.faults import Dead
from mockserver.openapi.sampling.judges import Judges
from mockserver.openapi.sampling.keywords import common_multiple
from mockserver.openapi.sampling.values import exact
from mockserver.openapi.sampling.views import View

_WIDTHS = {"int32": 31, "int64": 63}
_TRIES = 60


def number(
    view: View,
    random: Random,
    kind: str,
    name: str,
    preferred: Sequence[float],
    judges: Judges,
    spread: int = 1,
) -> float:
    """Return an integer or a fraction within the bounds of `view`, out of a range `spread` times as wide as usual.

    Raises Dead when there is none.
    """
    for value in _wanted(view, random, kind, preferred):
        if judges.scalar(view, value):
            return value
    for value in _numbers(view, random, kind, name, spread):
        if judges.scalar(view, value):
            return value
    raise Dead("no number meets minimum, maximum and multipleOf")


def _wanted(view: View, random: Random, kind: str, preferred: Sequence[float]) -> list[float]:
    fitting = [
        value
        for value in preferred
        if (isinstance(value, int) or (math.isfinite(value) and kind == "fraction")) and within(view, exact(value))
    ]
    return [random.choice(fitting)] if fitting else []


def within(view: View, value: Fraction) -> bool:
    """Say whether a number keeps to the bounds of a view."""
    if view.low is not None and (value < view.low or (view.low_open and value == view.low)):
        return False
    if view.high is not None and (value > view.high or (view.high_open and value == view.high)):
        return False
    return view.step is None or not value % view.step


def _window(view: View, kind: str, name: str, step: Fraction | None, spread: int) -> tuple[Fraction, Fraction]:
    low, high = view.low, view.high
    for bits in (width for each, width in _WIDTHS.items() if each in view.formats and kind == "integer"):
        low = Fraction(-(1 << bits)) if low is None or low < -(1 << bits) else low
        high = Fraction((1 << bits) - 1) if high is None or high > (1 << bits) - 1 else high
    usual = vocabulary.span(name)
    start, stop = map(exact, usual) if usual else (Fraction(0), Fraction(100))
    if step is not None:
        stop = max(stop, step * 20)
    stop += (stop - start) * (spread - 1)
    if low is not None and (start < low or start > (high if high is not None else start)):
        start, stop = low, low + max(stop - start, abs(low) / 1000)
    if high is not None and stop > high:
        stop = high
        if start > high:
            start = high - 100 if low is None else low
    if start > stop:
        start = low if low is not None else stop - 100
    return start, stop


def _numbers(view: View, random: Random, kind: str, name: str, spread: int) -> Iterator[float]:
    step = view.step
    if kind == "integer":
        step = Fraction(1) if step is None else common_multiple(step, Fraction(1))
    start, stop = _window(view, kind, name, step, spread)
    if step is None:
        yield from _fractions(view, random, start, stop)
        return
    first, last = math.ceil(start / step), math.floor(stop / step)
    if first == last + 1 or (first == last and not within(view, first * step)):
        low = view.low if view.low is not None else start - 2 * step
        high = view.high if view.high is not None else stop + 2 * step
        first, last = math.ceil(low / step), math.floor(high / step)
    if first > last:
        return
    doubtful: list[float] = []
    edges = (0, 1, -1, first, last, first + 1, last - 1)
    for factor in (*(random.randint(first, last) for _ in range(20)), *edges):
        value = factor * step
        if not within(view, value):
            continue
        if value.denominator == 1:
            if kind == "integer" or abs(value) < 10**15 or view.step is not None:
                yield int(value) if kind == "integer" or abs(value) >= 10**15 else float(value)
        elif kind == "fraction":
            if plain(value, step):
                yield float(value)
            else:
                doubtful.append(float(value))
    yield from doubtful
    if kind == "fraction":
        for factor in (1, 3, 7):
            if (value := factor * step).denominator != 1 and within(view, value):
                yield float(value)


def plain(value: Fraction, step: Fraction) -> bool:
    """Say whether a multiple is one in binary floating point, too, where some validators divide."""
    return bool(float(step)) and (float(value) / float(step)).is_integer()


def _fractions(view: View, random: Random, start: Fraction, stop: Fraction) -> Iterator[float]:
    for digits in (2, 2, 2, 3, 6, 12):
        share = Fraction(random.randrange(1, 10_000), 10_000)
        value = round(float(start + (stop - start) * share), digits)
        if math.isfinite(value) and within(view, exact(value)) and not value.is_integer():
            yield value
    for share in (Fraction(1, 2), Fraction(1, 3), Fraction(0), Fraction(1)):
        middle = start + (stop - start) * share
        try:
            value = float(middle)
        except OverflowError:
            continue
        if within(view, exact(value)):
            yield value
    if view.low is None and view.high is None:
        yield 0.5


def string(view: View, random: Random, name: str, words: Sequence[str], judges: Judges, spread: int = 1) -> str:
    """Return a string within the lengths, patterns and formats of `view`, made rarer when `spread` is above 1.

    Raises Dead when there is none.
    """
    if view.min_length > matches.LONGEST:
        raise Dead(f"minLength {view.min_length} is more than the {matches.LONGEST} characters written at most")
    if spread > 1 and not view.patterns and not view.formats:
        words = [f"{random.choice(words or vocabulary.WORDS)} {random.randrange(1000 * spread)}"]
    spend = judges.work.spend
    for text in _strings(view, random, name if spread == 1 else "", words, spend):
        spend(2 + len(text) // 8)
        if judges.scalar(view, text):
            return text
    wanted = "pattern" if view.patterns else "format" if view.formats else "minLength and maxLength"
    raise Dead(f"no string meets {wanted} {(view.patterns or view.formats or [''])[0]!r}".rstrip("' "))


def _strings(view: View, random: Random, name: str, words: Sequence[str], spend: matches.Spend) -> Iterator[str]:
    known = [each for each in view.formats if each in formats.FORMATS]
    if not view.patterns:
        if known:
            yield from _formatted(view, random, known, words)
        else:
            for _ in range(8):
                yield fitted(vocabulary.phrase(random, words, name), view, random, words)
            yield fitted("", view, random, words)
        return
    if known:
        yield from _spliced(view, random, known[0], words, spend)
    else:
        yield from random.sample(list(words), min(len(words), 3))
        if about := vocabulary.topic(name):
            yield fitted(vocabulary.phrase(random, (), about), view, random, words)
    patterns = list(view.patterns)
    if len(patterns) > 1:
        yield from _joined(view, random, patterns, spend)
    tries = _TRIES // len(patterns)
    for pattern in patterns:
        yield from matches.candidates(pattern, random, view.min_length, view.max_length, tries, spend)
    if view.max_length is None or view.min_length < view.max_length:
        for pattern in patterns:
            yield from matches.candidates(pattern, random, view.min_length + 1, view.max_length, tries // 4, spend)
    yield from ("", " ", "a", "0")


def _joined(view: View, random: Random, patterns: list[str], spend: matches.Spend) -> Iterator[str]:
    """Yield one match of each pattern, one after the other: enough where patterns only ask to contain."""
    for _ in range(12):
        parts = [next(matches.candidates(each, random, 0, view.max_length, 1, spend), "") for each in patterns]
        yield "".join(parts)
        random.shuffle(parts)
        yield fitted("".join(parts), view, random, ())


def _formatted(view: View, random: Random, known: list[str], words: Sequence[str]) -> Iterator[str]:
    for number in range(24):
        text = formats.write(known[number % len(known)], random, view.min_length, words)
        if text is not None:
            yield text
    for each in known:
        yield from formats.SHORT.get(each, ())
        for low in range(view.min_length + 1, view.min_length + 8):
            yield formats.FORMATS[each](random, low, words)
        if view.max_length is not None:
            yield formats.FORMATS[each](random, view.max_length, words)


def _spliced(view: View, random: Random, form: str, words: Sequence[str], spend: matches.Spend) -> Iterator[str]:
    """Yield strings in a format whose beginning or end is taken from a match of the pattern."""
    for _ in range(16):
        text = formats.write(form, random, view.min_length, words) or ""
        yield text
        for pattern in view.patterns:
            for part in matches.candidates(pattern, random, 0, view.max_length, 2, spend):
                yield part
                yield part + text[len(part) :]
                yield text[: -len(part)] + part if part else text
                yield part + text
                yield text + part
                stem = random.choice(formats.STEMS)
                yield from (stem + part, part + stem)


def fitted(text: str, view: View, random: Random, words: Sequence[str]) -> str:
    """Return `text` made as long as `view` asks for, and no longer."""
    vocabulary_used = words or vocabulary.WORDS
    if len(text) < view.min_length:
        parts = [text] if text else []
        length = len(text)
        while length < view.min_length:
            parts.append(random.choice(vocabulary_used) or "word")
            length += len(parts[-1]) + 1
        text = " ".join(parts)
    if view.max_length is not None and len(text) > view.max_length:
        text = text[: view.max_length]
        if text != text.rstrip():
            trimmed = text.rstrip()
            text = trimmed + "s" * (len(text) - len(trimmed)) if len(trimmed) < view.min_length else trimmed
    return text
