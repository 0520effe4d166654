"""The forms in which a server may repeat a secret: encoded, escaped, in another case, in the pieces of a stream."""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Iterator
from urllib.parse import quote

SHORTEST = 8
"""Shorter secrets are looked for as they are alone: in another case or encoded they would be parts of many words."""

_ESCAPE = re.compile(
    r"%(?:25)?([0-9a-f]{2})|\\{1,8}(?:u00|x)([0-9a-f]{2})|&#x0{0,4}([0-9a-f]{2});|&#0{0,4}([0-9]{2,3});|\\{1,8}(?=[^0-9a-z])",
    re.I,
)
"""A character as addresses, JSON and pages write it, escaped up to four times: a megabyte of backslashes is none."""
_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*"((?:[^"\\]|\\.)*)"')
"""A member of an object whose value is text: its name, its text."""


def exact_forms(secret: str) -> Iterator[str]:
    """Yield the texts that a secret is in many encodings, alone and, in base64, behind anything."""
    yield secret
    yield quote(secret, safe="")
    yield base64.b64encode(secret.encode()).decode()
    if len(secret) < SHORTEST:
        return
    content = secret.encode()
    yield content.hex()
    yield content.hex().upper()
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + content).decode()
        first, last = -(-before * 4 // 3), (before + len(content)) * 4 // 3
        yield encoded[first:last]  # what depends on nothing but the secret
        yield encoded[first:last].translate(str.maketrans("+/", "-_"))


class Disguised:
    """Finds a secret in any case, with any of its characters escaped."""

    def __init__(self, secret: str) -> None:
        self._plain = secret.lower()
        self._pattern = re.compile("".join(map(_written, secret)), re.IGNORECASE)

    def hide(self, text: str, name: str) -> str:
        """Return the text with the name in place of the secret."""
        if self._plain in text.lower() or (_may_escape(text) and self._plain in _unescaped(text).lower()):
            return self._pattern.sub(lambda _: name, text)
        return text


def hide_in_pieces(text: str, secret: str, name: str) -> str:
    """Return the text of an event stream with the name in place of a secret that several of its events spell."""
    pieces: dict[str, list[re.Match[str]]] = {}
    for found in _PIECE.finditer(text):
        pieces.setdefault(found[1], []).append(found)
    changes: list[tuple[int, int, str]] = []
    for matches in pieces.values():
        joined = "".join(each[2] for each in matches).lower()
        if secret.lower() not in joined:
            continue
        ends = list(itertools.accumulate(len(each[2]) for each in matches))
        for found in re.finditer(re.escape(secret.lower()), joined):
            changes += _spread(matches, ends, *found.span(), name)
    for start, end, put in sorted(changes, reverse=True):
        text = text[:start] + put + text[end:]
    return text


def hide_cut(text: str, secret: str, name: str, mark: str = "…") -> str:
    """Return the text with the name in place of what is left of a secret where the text was cut."""
    low, plain = text.lower(), secret.lower()
    for found in reversed(list(re.finditer(mark, low))):
        end = found.start()
        for length in range(min(len(secret) - 1, end), SHORTEST // 2 - 1, -1):
            if low.startswith(plain[:length], end - length):
                text = text[: end - length] + name + text[end:]
                break
    return text


def _spread(
    matches: list[re.Match[str]], ends: list[int], start: int, end: int, name: str
) -> Iterator[tuple[int, int, str]]:
    """Yield what to put where, so that the first piece of a secret becomes its name and the others nothing."""
    for match, until in zip(matches, ends, strict=True):
        begin = until - len(match[2])
        first, last = max(start, begin), min(end, until)
        if first < last:
            offset = match.start(2) - begin
            yield offset + first, offset + last, name if first == start else ""


def _written(character: str) -> str:
    """Return a pattern for the ways to write a character."""
    ways = [re.escape(character)]
    if not character.isalnum():
        ways.append(r"\\{1,8}" + re.escape(character))
    for code in sorted({ord(character.lower()), ord(character.upper())}) if character.isascii() else ():
        ways += [
            f"%(?:25)?{code:02x}",
            rf"\\{{1,8}}(?:u00|x){code:02x}",
            f"&#x0{{0,4}}{code:02x};",
            f"&#0{{0,4}}{code};",
        ]
    return f"(?:{'|'.join(ways)})"


def _may_escape(text: str) -> bool:
    return "\\" in text or "%" in text or "&#" in text


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    digits = found[1] or found[2] or found[3]
    return chr(int(digits, 16)) if digits else chr(int(found[4])) if found[4] else ""
