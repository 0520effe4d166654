"""Sets of characters, as ranges of code points."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

Ranges = tuple[tuple[int, int], ...]

_TOP = 0x10FFFF
DIGITS: Ranges = ((48, 57),)
WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
SPACE: Ranges = ((32, 32), (9, 13), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
                  (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF))  # fmt: skip
ANY: Ranges = ((0, 9), (11, 12), (14, 0x2027), (0x202A, _TOP))
ESCAPED = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
_SCRIPTS: dict[str, Ranges] = {
    "Latin": ((65, 90), (97, 122), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F)),
    "Greek": ((0x391, 0x3A1), (0x3A3, 0x3A9), (0x3B1, 0x3C9)),
    "Cyrillic": ((0x410, 0x44F),),
    "Hebrew": ((0x5D0, 0x5EA),),
    "Arabic": ((0x621, 0x63A), (0x641, 0x64A)),
    "Devanagari": ((0x905, 0x939),),
    "Thai": ((0xE01, 0xE30),),
    "Hiragana": ((0x3041, 0x3096),),
    "Katakana": ((0x30A1, 0x30FA),),
    "Hangul": ((0xAC00, 0xD7A3),),
    "Han": ((0x4E00, 0x9FA5),),
}
_LONG_CATEGORIES = {
    "Letter": "L", "Alphabetic": "L", "Alpha": "L", "Uppercase_Letter": "Lu", "Uppercase": "Lu",
    "Lowercase_Letter": "Ll", "Lowercase": "Ll", "Titlecase_Letter": "Lt", "Mark": "M", "Number": "N",
    "Decimal_Number": "Nd", "digit": "Nd", "Punctuation": "P", "punct": "P", "Symbol": "S",
    "Currency_Symbol": "Sc", "Math_Symbol": "Sm", "Separator": "Z", "Space_Separator": "Zs",
    "White_Space": "Z", "Other": "C", "Control": "Cc", "cntrl": "Cc",
}  # fmt: skip


_PLEASANT = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_PRINTED = "".join(map(chr, range(32, 127)))


@lru_cache(maxsize=512)
def pool(ranges: Ranges) -> str:
    """Return the characters to pick from: plain letters and digits where the ranges leave a wide choice."""
    size = sum(high - low + 1 for low, high in ranges)
    if size <= 300 and all(high < 0x3000 for _, high in ranges):
        return "".join(chr(point) for low, high in ranges for point in range(low, high + 1))
    plain = [(low, high) for low, high in ranges if low < 127]
    for wanted in (_PLEASANT, _PRINTED):
        if found := "".join(char for char in wanted if any(low <= ord(char) <= high for low, high in plain)):
            return found
    return ""


@lru_cache(maxsize=64)
def property_ranges(text: str) -> Ranges:
    """Return the characters that have a Unicode property. Raises LookupError for one that is not known."""
    name, _, value = text.partition("=")
    wanted = value or name
    if name in ("Script", "sc", "Script_Extensions", "scx") or wanted in _SCRIPTS:
        if wanted not in _SCRIPTS:
            raise LookupError(f"script {wanted!r} is not known")
        return _SCRIPTS[wanted]
    if wanted in ("Any", "ASCII"):
        return ((0, _TOP if wanted == "Any" else 127),)
    category = _LONG_CATEGORIES.get(wanted, wanted)
    if len(category) > 2:
        raise LookupError(f"character property {wanted!r} is not known")
    found: list[tuple[int, int]] = []
    for point in (*range(0x3100), *range(0x1F300, 0x1F650)):
        if unicodedata.category(chr(point)).startswith(category):
            if found and found[-1][1] == point - 1:
                found[-1] = (found[-1][0], point)
            else:
                found.append((point, point))
    return tuple(found)


def complement(ranges: Ranges) -> Ranges:
    """Return every code point that is not in the ranges."""
    found, start = [], 0
    for low, high in sorted(ranges):
        if low > start:
            found.append((start, low - 1))
        start = max(start, high + 1)
    if start <= _TOP:
        found.append((start, _TOP))
    return tuple(found)
