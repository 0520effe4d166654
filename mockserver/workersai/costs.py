"""What an answer costs in neurons: the catalogue's price times what the answer used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer
from mockserver.workersai.catalogue import Model
from mockserver.workersai.quirks import position
from mockserver.workersai.tokens import count

NEURONS_PER_USD = 1000 / 0.011
SECONDS = "seconds"
"""What the amount of sound is called that a model heard or made."""
_INPUT, _OUTPUT = "input_per_m_tokens", "output_per_m_tokens"
_GENERIC = "/ai/run"
_TILE = 512
_MEGAPIXEL = 1_000_000
_READ = ("text", "prompt", "query", "contexts", "queries", "documents", "input_text", "input", "state")
_SAID = ("translated_text", "translations", "summary", "description", "response")


def rates_of(model: Model, basis: str) -> Mapping[str, float]:
    """Return the neurons per unit of a model's price record (`input_per_m_tokens`, ...), empty when unknown.

    `basis` is the position of the switch `cost-basis`: which of two published prices comes first.
    """
    price = model.facts.get("price")
    if not isinstance(price, Mapping):
        return {}
    neurons, usd = price.get("neurons") or {}, price.get("usd") or {}
    converted = {unit: amount * NEURONS_PER_USD for unit, amount in usd.items() if isinstance(amount, int | float)}
    found = (converted or neurons) if basis == "usd" else (neurons or converted)
    return {unit: float(amount) for unit, amount in found.items() if isinstance(amount, int | float)}


def of_tokens(rates: Mapping[str, float], read: int, made: int) -> float:
    """Return the neurons for tokens read and tokens made."""
    return (read * rates.get(_INPUT, 0.0) + made * rates.get(_OUTPUT, 0.0)) / 1e6


class Costs:
    """What answers cost, with the rates of each model looked up once."""

    def __init__(self) -> None:
        self._rates: dict[str, Mapping[str, float]] = {}
        self._per_token: dict[str, tuple[float, float]] = {}

    def header(self, model: Model, invocation: Invocation, answer: Answer) -> bytes | None:
        """Return the value of `cf-ai-neurons`, None when the price or the amounts are not known. Never raises."""
        known = self._per_token.get(model.name)
        if known is not None:
            try:  # the shape of nearly every answer
                value = answer.value
                usage = value["usage"] if "usage" in value else value["result"]["usage"]
                made = usage.get("completion_tokens", 0)
                return b"%.6f" % (usage["prompt_tokens"] * known[0] + made * known[1])
            except (TypeError, KeyError, IndexError, AttributeError, ArithmeticError):
                pass
        rates = self._rates.get(model.name)
        if rates is None:
            rates = self._rates[model.name] = rates_of(model, position(invocation, "cost-basis"))
            if _INPUT in rates:
                self._per_token[model.name] = rates[_INPUT] / 1e6, rates.get(_OUTPUT, 0.0) / 1e6
        if not rates:
            return None
        try:
            cost = _neurons(rates, model, invocation, answer)
        except ArithmeticError:  # counts that a user's responder made up
            return None
        return None if cost is None else b"%.6f" % cost


def _neurons(rates: Mapping[str, float], model: Model, invocation: Invocation, answer: Answer) -> float | None:
    if _INPUT in rates:
        value = answer.value
        if answer.events is not None:
            value = next((event.data for event in reversed(answer.events) if _usage(event.data)), None)
        usage = _usage(value)
        if usage is not None:
            counts = usage.get
            read = counts("prompt_tokens") if "prompt_tokens" in usage else counts("input_tokens")
            made = counts("completion_tokens") if "completion_tokens" in usage else counts("output_tokens", 0)
            return of_tokens(rates, read, made) if isinstance(read, int) and isinstance(made, int) else None
        return of_tokens(rates, _tokens_in(_input(invocation), _READ), _tokens_in(_result(value), _SAID))
    body = _input(invocation)
    for unit, price in rates.items():
        if unit in _IMAGE_UNITS:
            return _picture(rates, body, model)
        if unit == "per_audio_minute":
            seconds = invocation.amounts.get(SECONDS, _seconds(_result(answer.value)))
            return None if seconds is None else price * seconds / 60
        if unit == "per_1k_characters":
            text = body.get("text")
            return price * len(text) / 1000 if isinstance(text, str) else None
        if unit == "per_m_images":
            return price / 1e6
    return None


def _input(invocation: Invocation) -> Mapping[str, Any]:
    """Return what the model was given: the body, or, where the body names the model, its member `input`."""
    body = invocation.body if isinstance(invocation.body, dict) else {}
    operation = invocation.operation
    if operation is not None and operation.path.endswith(_GENERIC) and isinstance(body.get("input"), dict):
        return dict(body["input"])
    return body


def _usage(value: Any) -> Mapping[str, Any] | None:
    """Return the usage in an answer: on top, in the result, or in the response of a closing event."""
    if not isinstance(value, dict):
        return None
    usage = value.get("usage")
    if usage is None:
        holder = value["result"] if "result" in value else value.get("response")
        usage = holder.get("usage") if isinstance(holder, dict) else None
    return usage if isinstance(usage, dict) else None


def _result(value: Any) -> Any:
    return value.get("result") if isinstance(value, dict) else None


def _tokens_in(value: Any, members: Iterable[str]) -> int:
    """Return the tokens of the texts in some members of an object."""
    if not isinstance(value, dict):
        return 0
    return sum([_tokens_of(value[name]) for name in members if name in value])


def _tokens_of(value: Any) -> int:
    if isinstance(value, str):
        return count(value)
    if isinstance(value, dict):
        return _tokens_of(value.get("text"))
    return sum([_tokens_of(each) for each in value if isinstance(each, str | dict)]) if isinstance(value, list) else 0


# pictures and sounds ----------------------------------------------------------------------------------------------

_IMAGE_UNITS = frozenset(
    "per_512x512_tile per_step per_input_512x512_tile per_output_512x512_tile per_output_512x512_tile_per_step "
    "per_input_512x512_tile_per_step first_megapixel".split()
)


def _picture(rates: Mapping[str, float], body: Mapping[str, Any], model: Model) -> float:
    """Return the neurons of one picture: by tiles and steps, or by megapixels. A picture given counts as one tile."""
    facts = model.facts.get("image") or {}
    size = facts.get("default_size") or (1024, 1024)
    width, height = _number(body.get("width"), size[0]), _number(body.get("height"), size[1])
    steps_of = facts.get("steps") or {}
    given = [body[name] for name in str(steps_of.get("param", "steps")).split("|") if name in body]
    steps = _number(given[0] if given else None, steps_of.get("default") or 20)
    tiles = ceil(width / _TILE) * ceil(height / _TILE)
    inputs = sum([name in body for name in (facts.get("input_images") or {}).get("fields", ())])
    megapixels = width * height / _MEGAPIXEL
    rate = rates.get
    return (
        tiles * (rate("per_512x512_tile", 0.0) + rate("per_output_512x512_tile", 0.0))
        + steps * (rate("per_step", 0.0) + tiles * rate("per_output_512x512_tile_per_step", 0.0))
        + inputs * (rate("per_input_512x512_tile", 0.0) + steps * rate("per_input_512x512_tile_per_step", 0.0))
        + rate("first_megapixel", 0.0)
        + max(0.0, megapixels - 1) * rate("each_further_megapixel", 0.0)
        + inputs * _TILE * _TILE / _MEGAPIXEL * rate("input_image_per_megapixel", 0.0)
    )


def _number(value: Any, default: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return float(default)
    return number if 0 < number < 1e5 else float(default)


def _seconds(result: Any) -> float | None:
    """Return how long the sound of an answer is: what it says itself, else the end of its last word."""
    if not isinstance(result, dict):
        return None
    info = result.get("transcription_info")
    for holder in (info, result):
        if isinstance(holder, dict) and isinstance(holder.get("duration"), int | float):
            return float(holder["duration"])
    nested = result.get("results")
    channels = nested.get("channels") if isinstance(nested, dict) else None
    for holder in (result, *_dicts(channels)):
        for said in (holder, *_dicts(holder.get("alternatives"))):
            ends = [word.get("end") for word in _dicts(said.get("words"))]
            if ends and isinstance(ends[-1], int | float):
                return float(ends[-1])
    return None


def _dicts(values: Any) -> list[dict[str, Any]]:
    return [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []
