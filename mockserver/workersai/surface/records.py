"""Ids, times and catalogue records in the shapes that the service's lists have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from mockserver.engine.seeds import digest
from mockserver.workersai.catalogue import Catalogue, Model, Task

_FIRST, _SPAN = datetime(2023, 9, 25, tzinfo=UTC), 730 * 86_400_000
_PRICES = {
    "input_per_m_tokens": "per M input tokens",
    "output_per_m_tokens": "per M output tokens",
    "cached_input_per_m_tokens": "per M cached input tokens",
    "per_audio_minute": "per audio minute",
    "per_audio_minute_websocket": "per audio minute (websocket)",
    "per_512x512_tile": "per 512 by 512 tile",
}
_TEXTS = "text-generation"
"""How the families begin whose models continue texts; the task holds decision models as well, which have no such
parameters."""
_FLAGS = {  # capability -> property id, in the order of the service
    "async_batch": "async_queue",
    "function_calling": "function_calling",
    "reasoning": "reasoning",
    "partner": "partner",
    "beta": "beta",
    "lora": "lora",
    "vision": "vision",
    "websocket": "realtime",
}


def identifier(*parts: str | int) -> str:
    """Return the uuid that belongs to these parts, the same on every machine."""
    digits = digest("identifier", *parts).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"


def timestamp(milliseconds: int) -> str:
    """Return a time as RFC 3339 writes it.

    >>> timestamp(1767225600123)
    '2026-01-01T00:00:00.123Z'
    """
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"


def task_record(task: Task) -> dict[str, Any]:
    """Return a task as the lists show it; one whose id is not established has one made of its name."""
    return {"id": task.id or identifier("task", task.name), "name": task.name, "description": task.description}


def model_record(model: Model, catalogue: Catalogue) -> dict[str, Any]:
    """Return a model as `models/search` shows it, without its schemas."""
    return {
        "id": identifier("model", model.name),
        "source": model.source,
        "name": model.name,
        "description": model.description,
        "task": task_record(catalogue.tasks[model.task]),
        "created_at": _created(model),
        "tags": [],
        "properties": [{"property_id": name, "value": value} for name, value in _properties(model).items()],
    }


def openrouter_record(model: Model) -> dict[str, Any]:
    """Return a model as `format=openrouter` shows it."""
    usd = (model.facts.get("price") or {}).get("usd") or {}
    price = {
        name: usd.get(key) for name, key in (("prompt", "input_per_m_tokens"), ("completion", "output_per_m_tokens"))
    }
    inputs = ["text", *(["image"] if "vision" in model.capabilities else [])]
    supported = ["max_tokens", "temperature", "top_p", "seed", "stop"] if model.family.startswith(_TEXTS) else []
    flags = {"function_calling": "tools", "json_mode": "response_format", "reasoning": "reasoning"}
    return {
        "id": model.name,
        "name": model.name,
        "created": int(datetime.fromisoformat(_created(model)).replace(tzinfo=UTC).timestamp()),
        "description": model.description,
        "context_length": model.context_window,
        "architecture": {"input_modalities": inputs, "output_modalities": ["text"]},
        "pricing": {name: f"{value / 1e6:.10f}".rstrip("0") for name, value in price.items() if value is not None},
        "supported_parameters": [*supported, *(flags[each] for each in flags if each in model.capabilities)],
    }


def _created(model: Model) -> str:
    drawn = int.from_bytes(digest("created", model.name)[:8], "big")
    if model.added:
        moment = datetime.fromisoformat(model.added) + timedelta(milliseconds=drawn % 86_400_000)
    else:
        moment = _FIRST + timedelta(milliseconds=drawn % _SPAN)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03}"


def _properties(model: Model) -> dict[str, Any]:
    """Return the properties by id; what is absent is false or not established."""
    found: dict[str, Any] = {}
    usd = (model.facts.get("price") or {}).get("usd") or {}
    if usd:
        found["price"] = [
            {"unit": _PRICES.get(key, key.replace("_", " ")), "price": value, "currency": "USD"}
            for key, value in usd.items()
        ]
    figures = {
        "context_window": model.context_window,
        "max_input_tokens": model.facts.get("max_input_tokens"),
        "output_dimensions": model.embedding.get("dimensions"),
        "languages": ", ".join(model.facts.get("languages") or ()),
        "planned_deprecation_date": model.deprecated_on,
    }
    found |= {name: str(value) for name, value in figures.items() if value}
    found |= {name: "true" for capability, name in _FLAGS.items() if capability in model.capabilities}
    if model.requires_workers_paid:
        found["require_workers_paid"] = "true"
    levels = model.reasoning.get("effort_levels")
    if levels:
        found["reasoning_effort"] = {
            "supported_efforts": list(levels),
            "default_effort": model.reasoning.get("default_effort"),
            "mandatory": not model.reasoning.get("can_disable"),
            "default_enabled": model.reasoning.get("default_effort") != "none",
        }
    return found
