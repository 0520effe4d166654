"""What a server said, made fit to be shown: one line, and nothing that a terminal, a log or a page acts on."""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST = 2000
"""Characters that are shown of one thing; a server may answer with megabytes."""

ACTED_ON = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff"
"""For a regular expression: controls, ends of lines, what turns the direction of a text, and what no encoding has."""
_ACTED_ON = re.compile(f"[{ACTED_ON}]|(?<=#)#(?=\\[)")  # GitHub's logs take `##[error]` anywhere for a command

_ACTED_ON_IN_JSON = re.compile(f"(?!\n)[{ACTED_ON}]")


def one_line(text: str, longest: int = LONGEST) -> str:
    r"""Return a text with escapes in place of what is not printed but acted on, cut where it is very long.

    >>> one_line("red: \x1b[31m\n::error::")
    'red: \\x1b[31m\\n::error::'
    """
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    return _ACTED_ON.sub(_escape, text)


def as_json(content: Any, indent: int = 2) -> str:
    """Return JSON for people: every character as it is, but for those that are acted on."""
    text = json.dumps(content, indent=indent, ensure_ascii=False)
    return _ACTED_ON_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def _escape(found: re.Match[str]) -> str:
    escaped = found[0].encode("unicode_escape").decode()
    return escaped if escaped != found[0] else f"\\x{ord(found[0]):02x}"
