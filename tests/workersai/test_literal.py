"""Prompts whose answer is plain."""

from __future__ import annotations

import pytest

from mockserver.workersai.fakes.literal import answer
from mockserver.workersai.tokens import pieces


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("Say this is a test", "this is a test"),
        ("Say hello!", "hello"),
        ("Please say exactly: 'Good morning, all.'", "Good morning, all."),
        ("Repeat after me: the quick brown fox", "the quick brown fox"),
        ("Echo 你好", "你好"),
        ("Reply with the single word PONG.", "PONG"),
        ('Respond only with "yes"', "yes"),
        ("reply with one word pong", "pong"),
        ("Answer with exactly 'x = 1'", "x = 1"),
        ("What is 2+2?", "2 + 2 = 4"),
        ("What's 7 times 6", "7 * 6 = 42"),
        ("Calculate 10 / 4.", "10 / 4 = 2.5"),
        ("compute 1 divided by 0", "Nothing can be divided by zero."),
        ("What is 0.1 + 0.2?", "0.1 + 0.2 = 0.3"),
    ],
)
def test_plain_answers(prompt, said):
    """What is to be said is said, and sums are right."""
    assert said == answer(prompt, pieces(prompt))


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "What is the origin of Hello World?",
        "What is 2+2 in base 3?",
        "Say, what is the capital of France?",
        "Reply with a haiku about rivers",
        "Answer the question: who wrote Faust?",
        "Respond in JSON.",
        "say " + "la " * 500,
    ],
)
def test_all_other_prompts(prompt):
    """Nothing else is taken for one of these."""
    assert answer(prompt, pieces(prompt)) is None
