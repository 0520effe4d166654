"""Where the nodes of a text were written."""

import pytest

from mockserver.openapi.lines import Duplicate, Lines

YAML = """\
# a comment
openapi: 3.1.0
paths:
  /a~b/{c}:
    get:
      tags: &tags
      - one
      - two
components:
  base: &base
    kept: 1
  more:
    <<: *base
    own: 2
  again: *tags
"""

JSON = """{
\t"a": {
\t\t"b": ["\\ud83d\\ude00",
\t\t\t{"c\\/d": 1}]
\t}
}"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 2),
        ("/openapi", 2),
        ("/paths/~1a~0b~1{c}", 4),
        ("/paths/~1a~0b~1{c}/get/tags", 6),
        ("/paths/~1a~0b~1{c}/get/tags/1", 8),
        ("/components/more/own", 14),
        ("/components/more/kept", 11),
        ("/components/again/0", 7),
    ],
)
def test_member_has_the_line_of_its_key_and_an_item_its_own(pointer: str, line: int) -> None:
    assert line == Lines(YAML, "a.yml").line(pointer)


@pytest.mark.parametrize("pointer", ["/components/more/gone", "/components/more/own/gone/9", "/components/more/-1"])
def test_pointer_that_leads_nowhere_has_the_line_of_the_nearest_ancestor(pointer: str) -> None:
    assert Lines(YAML, "a.yml").line(pointer) in (12, 14)


@pytest.mark.parametrize(("pointer", "line"), [("", 1), ("/a", 2), ("/a/b/0", 3), ("/a/b/1/c~1d", 4)])
def test_json_with_tabs_and_surrogate_pairs_has_lines(pointer: str, line: int) -> None:
    assert line == Lines(JSON, "a.json").line(pointer)


@pytest.mark.parametrize("text", ["", "{", "a: [", "\x00", "- \ud800\n- 2", "&a [*a]"])
def test_broken_text_has_line_one(text: str) -> None:
    assert 1 == Lines(text, "broken").line("/a/0")
    assert () == Lines(text, "broken").duplicates


def test_repeated_keys_are_found_with_both_lines() -> None:
    """The parsed document shows only the last of them."""
    text = "a: 1\nb:\n- c: 1\n  d: 2\n  c: 3\na: 2\na: 3\n"

    lines = Lines(text, "a.yml")

    assert (Duplicate("/b/0/c", 3, 5), Duplicate("/a", 1, 6), Duplicate("/a", 1, 7)) == lines.duplicates
    assert 7 == lines.line("/a")


def test_keys_are_compared_as_written() -> None:
    """`200` and "200" are one key, and a merged mapping may be overridden."""
    assert [2] == [found.line for found in Lines("200: a\n'200': b\n", "a.yml").duplicates]
    assert () == Lines("a: &a {x: 1}\nb:\n  <<: *a\n  x: 2\n", "a.yml").duplicates
