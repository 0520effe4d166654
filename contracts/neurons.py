"""What requests cost in neurons: estimated by the catalogue's prices before they are sent, read from answers after."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import ceil
from typing import Any

from contracts.exchanges import Request, Response
from contracts.form_parts import read_parts
from contracts.models import model_asked
from mockserver.effective import catalogue
from mockserver.workersai.catalogue import Model

HEADER = "cf-ai-neurons"
"""The response header in which the cost of an answer is told."""

_NEURONS_PER_USD = 1000 / 0.011
_ANSWER = 100
"""Tokens of the answer to a short question, where nothing bounds it to fewer."""
_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
_TILE = 512
_WORD = re.compile(r"[A-Za-z]{1,12}|\d{1,3}|[^\w\s]{1,2}|[^\x00-\x7f]")
_LISTED = 64
"""Texts and numbers of a body that are looked at; more cost more than any limit."""


def estimate(request: Request) -> float:
    """Return what a request costs if it succeeds; 0 where the catalogue knows no model or no price."""
    asked = _members(request)
    name = model_asked(request.url, asked)
    model = None if name is None else catalogue().find(name)
    if model is None:
        return 0.0
    asked = asked["input"] if isinstance(asked.get("input"), Mapping) else asked
    rates = _rates(model)
    if "input_per_m_tokens" in rates:
        read = _tokens_in(asked)
        made = _tokens_out(asked, model) if model.family.startswith("text-generation") else read
        return (read * rates["input_per_m_tokens"] + made * rates.get("output_per_m_tokens", 0.0)) / 1e6
    if "per_audio_minute" in rates:
        return rates["per_audio_minute"] / 600  # the kit's recordings last a tenth or two of a second
    if "per_1k_characters" in rates:
        text = asked.get("text") or asked.get("prompt")
        return rates["per_1k_characters"] * (len(text) if isinstance(text, str) else 0) / 1000
    if "per_m_images" in rates:
        return rates["per_m_images"] / 1e6
    return _picture(rates, model, asked)


def counted(response: Response) -> float | None:
    """Return what an answer says that it cost; None when it does not say."""
    try:
        return float(response.header(HEADER) or "")
    except ValueError:
        return None


def _rates(model: Model) -> Mapping[str, float]:
    """Return the neurons for each unit of a model's price; empty when it is not known."""
    price = model.facts.get("price")
    if not isinstance(price, Mapping):
        return {}
    neurons = price.get("neurons") or {
        unit: amount * _NEURONS_PER_USD
        for unit, amount in (price.get("usd") or {}).items()
        if isinstance(amount, int | float)
    }
    return {unit: float(amount) for unit, amount in neurons.items() if isinstance(amount, int | float)}


def _members(request: Request) -> Mapping[str, Any]:
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        return {name: content.decode("utf-8", "replace") for name, content in read_parts(request)}
    return value if isinstance(value, dict) else {}


def _tokens_in(value: Any) -> float:
    if isinstance(value, str):
        return len(_WORD.findall(value))
    if isinstance(value, Mapping):
        return sum(_tokens_in(each) for name, each in value.items() if name not in ("role", "model", "type"))
    return sum(_tokens_in(each) for each in value[:_LISTED]) if isinstance(value, list) else 0


def _tokens_out(asked: Mapping[str, Any], model: Model) -> float:
    limits = [float(asked[name]) for name in _LIMITS if isinstance(asked.get(name), int | float)]
    times = asked.get("n")
    each = max(1.0, min([*limits, float(_ANSWER), float(model.max_tokens_default or _ANSWER)]))
    return each * (times if isinstance(times, int) and times > 0 else 1)


def _picture(rates: Mapping[str, float], model: Model, asked: Mapping[str, Any]) -> float:
    facts = model.facts.get("image") or {}
    size = facts.get("default_size") or (1024, 1024)
    width, height = _number(asked.get("width"), size[0]), _number(asked.get("height"), size[1])
    steps_of = facts.get("steps") or {}
    given = [asked[name] for name in str(steps_of.get("param", "steps")).split("|") if name in asked]
    steps = _number(given[0] if given else None, steps_of.get("default") or 20)
    tiles = ceil(width / _TILE) * ceil(height / _TILE)
    rate = rates.get
    return (
        tiles * (rate("per_512x512_tile", 0.0) + rate("per_output_512x512_tile", 0.0))
        + steps * (rate("per_step", 0.0) + tiles * rate("per_output_512x512_tile_per_step", 0.0))
        + rate("first_megapixel", 0.0)
        + max(0.0, width * height / 1e6 - 1) * rate("each_further_megapixel", 0.0)
    )


def _number(value: Any, default: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return float(default)
    return number if 0 < number < 1e5 else float(default)
