"""Code that goes on where a prompt ends, as a base model without chat tuning writes it: no prose, no code block."""

from __future__ import annotations

from mockserver.workersai.conversation import Conversation
from mockserver.workersai.fakes.code_continuing import continued, hole_in

_LONGEST = 20_000


def write(conversation: Conversation, seed: bytes) -> str:
    """Return what comes next; a prompt with a hole to fill (`<｜fim▁begin｜>`) gets what belongs there."""
    prompt = conversation.prompt[-_LONGEST:]
    return continued(*(hole_in(prompt) or (prompt,)))
