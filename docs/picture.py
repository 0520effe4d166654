"""A console block of a page as a picture of a terminal: text in, SVG out."""

from __future__ import annotations

import re
import textwrap
from html import escape

_PLACE = re.compile(r"<!-- picture: ([\w./-]+) -->\n\n?```console\n(.*?)```", re.DOTALL)
_COLUMNS = 100
_WIDTH, _HEIGHT, _MARGIN, _BAR = 8.4, 20, 16, 34
_COLOURS = {"command": "#f8f8f2", "comment": "#8a93a6", "output": "#b8c4d6"}


def pictures(page: str) -> dict[str, str]:
    """Return the pictures of a page's text by their paths, as the comments before its console blocks name them."""
    return {path: picture(block) for path, block in _PLACE.findall(page)}


def picture(console: str) -> str:
    """Return an SVG that shows a console session; long lines are wrapped."""
    lines = [piece for line in console.splitlines() for piece in _pieces(line)]
    width = round(2 * _MARGIN + _COLUMNS * _WIDTH)
    height = _BAR + 2 * _MARGIN + _HEIGHT * (len(lines) - 1)
    rows = "\n".join(
        f'  <text x="{_MARGIN}" y="{_BAR + _MARGIN + _HEIGHT * number}" fill="{_COLOURS[kind]}">{escape(text)}</text>'
        for number, (kind, text) in enumerate(lines)
    )
    dots = "".join(
        f'<circle cx="{_MARGIN + 6 + 18 * number}" cy="17" r="5.5" fill="{colour}"/>'
        for number, colour in enumerate(("#e0605e", "#e5b84e", "#62b563"))
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"
     xml:space="preserve">
  <title>A terminal session</title>
  <style>text {{ font: 14px ui-monospace, Menlo, Consolas, monospace; white-space: pre }}</style>
  <rect width="100%" height="100%" rx="8" fill="#1b1f2a"/>
  {dots}
{rows}
</svg>
"""


def _pieces(line: str) -> list[tuple[str, str]]:
    kind = "command" if line.startswith("$ ") else "comment" if line.startswith("#") else "output"
    indent = "      " if kind == "command" else " " * (len(line) - len(line.lstrip()) + 4)
    wrapped = textwrap.wrap(line, _COLUMNS, subsequent_indent=indent, drop_whitespace=True, break_on_hyphens=False)
    return [(kind, piece) for piece in wrapped or [""]]
