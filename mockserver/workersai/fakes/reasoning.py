"""What a reasoning model thinks before it answers: a few sentences about the prompt, more of them when asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.engine import seeds
from mockserver.workersai.catalogue import Model
from mockserver.workersai.conversation import Conversation
from mockserver.workersai.fakes import text
from mockserver.workersai.tokens import pieces

CAPABILITY = "reasoning"
INLINE_FAMILY = "text-generation-native"
"""The family whose models think aloud, inside the answer."""

_ORDER = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_USUAL = 2
"""Sentences at the default effort, so that an answer with defaults stays short."""

_OPENINGS = (
    "The user asks about {0}, so I should keep {1} in mind as well.",
    "So this is about {0}; the part about {1} needs some care.",
    "Okay, {0} is the point here, with {1} as the background.",
    "I need to say something useful about {0} and connect it to {1}.",
)
_WITHOUT_TOPIC = "The message names no topic yet, so a friendly word and an offer to help are best."
_STEPS = (
    "A short answer will do, with one thing said about {1} first.",
    "Nothing here asks for more than a clear word on {0}.",
    "I could begin with {1} and then come to {0}.",
    "Wait, should {1} come before {0}? Probably, it reads better.",
    "Let me check that nothing about {0} is left open.",
    "It would be a mistake to promise too much about {1}.",
    "I will keep the tone plain and stay with {0}.",
)


def sentences(body: Mapping[str, Any], model: Model, *, disputed: bool = True) -> int:
    """Return how many sentences a model thinks for a request, 0 when it does not.

    `reasoning_effort`, `reasoning.effort` and `chat_template_kwargs` say how much; the model's facts say what it can
    do: its levels, its aliases for other names, whether thinking can be switched off. What it does not know is
    ignored, as the service does. `disputed` says whether a model thinks whose default is in dispute.
    """
    facts = model.reasoning
    asked, template = body.get("reasoning_effort"), body.get("chat_template_kwargs")
    effort = body.get("reasoning")
    if asked is None and isinstance(effort, Mapping):
        asked = effort.get("effort")
    template = template if isinstance(template, Mapping) else {}
    switches = [template[name] for name in ("enable_thinking", "thinking") if isinstance(template.get(name), bool)]
    can_disable = bool(facts.get("can_disable"))
    if can_disable and False in switches:
        return 0
    if facts.get("default_disputed") and not disputed and True not in switches and asked is None:
        return 0
    if template.get("low_effort") is True and "chat_template_kwargs.low_effort" in (facts.get("extra") or ()):
        return 1
    levels, usual = facts.get("effort_levels") or (), facts.get("default_effort")
    aliases = facts.get("aliases") or {}
    level = aliases.get(asked, asked) if isinstance(asked, str) else usual
    if level == "none" and can_disable:
        return 0
    if level not in levels or usual not in _ORDER:
        return _USUAL
    above = _ORDER.index(level) - _ORDER.index(usual)
    return _USUAL + 2 * above if above > 0 else _USUAL if above == 0 else 1


def think(conversation: Conversation, seed: bytes) -> list[str]:
    """Return the tokens of what the model thinks; the limit of the answer cuts them elsewhere."""
    if conversation.thinking == 0:
        return []
    draws = seeds.digest(seed, "thinking")
    (first, second), _ = text.about(conversation.prompt_pieces)
    phrases = ["".join(first).strip(), "".join(second).strip()]
    said = [_OPENINGS[draws[0] % len(_OPENINGS)]]
    if first == text.about(())[0][0]:
        phrases, said = ["what is wanted", "an open question"], [_WITHOUT_TOPIC]
    said += [_STEPS[(draws[1] + 3 * step) % len(_STEPS)] for step in range(conversation.thinking - 1)]
    return pieces(" ".join([_filled(sentence, phrases) for sentence in said]))


def inline(thoughts: list[str]) -> list[str]:
    """Return thoughts as a model says them that thinks aloud, with the tags around them."""
    return ["<", "think", ">", "\n", *thoughts, "\n", "</", "think", ">", "\n", "\n"]


def _filled(sentence: str, phrases: list[str]) -> str:
    """Return a sentence with its phrases; a phrase of the caller's may hold braces itself."""
    return phrases[1].join(part.replace("{0}", phrases[0]) for part in sentence.split("{1}"))
