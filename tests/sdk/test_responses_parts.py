"""What accumulating clients (openai-node's `.stream()`) need of Responses events: no piece before its part."""

from __future__ import annotations

from typing import Any

import openai
import pytest

THINKING, PLAIN = "@cf/openai/gpt-oss-20b", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


@pytest.mark.parametrize("model", [THINKING, PLAIN])
def test_parts_frame_their_pieces(client: openai.OpenAI, model: str) -> None:
    """Each part of thinking or text is added, filled and done, and ends up in the item as it was done."""
    items: dict[str, Any] = {}
    opened: dict[tuple[str, int], str] = {}
    for event in client.responses.create(model=model, input="How do tides follow the moon?", stream=True):
        if event.type == "response.content_part.added":
            assert event.content_index == sum(item == event.item_id for item, _ in opened)
            opened[event.item_id, event.content_index] = event.part.text  # type: ignore[union-attr]
        elif event.type in ("response.output_text.delta", "response.reasoning_text.delta"):
            opened[event.item_id, event.content_index] += event.delta
        elif event.type == "response.content_part.done":
            assert opened[event.item_id, event.content_index] == event.part.text  # type: ignore[union-attr]
        elif event.type == "response.output_item.done":
            items[str(event.item.id)] = event.item

    parts = {(name, index): part.text for name, item in items.items() for index, part in enumerate(item.content)}
    assert parts == opened
    assert (2 if model == THINKING else 1) == len(parts)
