"""Texts where services slip: what is not plain words of ASCII."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, and what it is in a few words."""

    name: str
    text: str


EVERYTHING = Sample(
    "text with everything in it",
    'A \U0001f98a says "no" \\w C:\\new;\nsecond line, e\u0301 and Zu\u0308rich?!\n'
    "\u05e9\u05dc\u05d5\u05dd \u4f60\u597d 3.14 42 caf\u00e9.",
)
"""For operations that are not asked often."""

TEXTS: tuple[Sample, ...] = (
    Sample(
        "characters beyond the basic plane",
        "A fox \U0001f98a, a flag \U0001f1eb\U0001f1ee, a clef \U0001d11e and \U00020bb7.",
    ),
    Sample("several lines", "First line.\nSecond line.\r\nThird line.\n\n\tIndented, after an empty one.\n"),
    Sample(
        "quotes and backslashes", 'She said "no" and \'yes\': C:\\new\\table, \\u0041, \\", {{x}} ${y} %s </script>'
    ),
    Sample("an empty text", ""),
    Sample("a huge text", "The quick brown fox jumps over the lazy dog. " * 450),
    Sample(
        "letters with accents, and combining marks",
        "Crème brûlée, naïve façade; e\u0301 o\u0308 n\u0303 a\u030a\u0323, Zu\u0308rich.",
    ),
    Sample(
        "right to left",
        "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd, \u0645\u0631\u062d\u0628\u0627 \u200fabc\u200f 123.",
    ),
    Sample("numbers", "3.14159 0042 1e10 -7 NaN 0x1F 1,000,000"),
    Sample("a number alone", "42"),
    Sample(
        "Chinese, Japanese, Korean, Hindi",
        "\u4f60\u597d\u4e16\u754c \u3053\u3093\u306b\u3061\u306f \uc548\ub155 \u0928\u092e\u0938\u094d\u0924\u0947",
    ),
    Sample("blanks around and within", "   leading,   within \u00a0 and trailing   "),
    Sample(
        "families and skins of emoji",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd parents, thumbs \u2764\ufe0f ok?",
    ),
    Sample("control and invisible characters", "a\u0000b\u0007c\u200bd\ufeffe\u2028f\u0085g"),
    Sample("JSON", '{"role": "system", "content": [1, 2, null, true]}'),
    Sample("markup", "<b>bold</b> &amp; <!-- no --> <|im_start|> [INST] # Title"),
    Sample("the last characters of planes", "\ue000 \uffee \U0001fffd \U0003134a \U000e0001 \U0010fffd planes"),
    Sample("question and exclamation", "Really?! Is this the end?"),
    Sample("one letter", "a"),
    Sample("what streams end with", "data: [DONE]\n\nevent: error"),
)
"""Those that find most come first."""
