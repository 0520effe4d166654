"""Values as a language writes them: indented where they are long, with an expression in the place of a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.workersai.sample_calls.recipes import File

_WIDTH = 100
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Language:
    """How a language writes values."""

    words: Mapping[Any, str]
    """For true, false and null."""
    file: Callable[[File], str]
    """The expression for the content of a file."""
    indent: str
    bare_keys: bool
    """Whether the keys of an object go without quotes."""
    spaced: bool
    """Whether spaces stand inside the braces of an object on one line."""

    def write(self, value: Any, margin: str = "", taken: int = 0) -> str:
        """Return a value as source text; its lines after the first begin with `margin`.

        `taken` is how much of the first line is taken already.
        """
        if isinstance(value, File):
            return self.file(value)
        if value is None or isinstance(value, bool):
            return self.words[value]
        if not isinstance(value, Mapping | list):
            return json.dumps(value, ensure_ascii=False)
        inner = margin + self.indent
        if isinstance(value, Mapping):
            parts = [f"{self._key(key)}: {self.write(each, inner, len(key) + 6)}" for key, each in value.items()]
            opening, closing, space = "{", "}", " " if self.spaced and parts else ""
        else:
            parts = [self.write(each, inner) for each in value]
            opening, closing, space = "[", "]", ""
        line = f"{opening}{space}{', '.join(parts)}{space}{closing}"
        if "\n" not in line and len(margin) + taken + len(line) <= _WIDTH:
            return line
        return "".join((f"{opening}\n", *(f"{inner}{part},\n" for part in parts), f"{margin}{closing}"))

    def _key(self, key: str) -> str:
        return key if self.bare_keys and _IDENTIFIER.fullmatch(key) else json.dumps(key, ensure_ascii=False)
