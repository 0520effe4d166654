"""What a request may not ask: more than fits, what a model cannot do, what an account may not use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Problem, Refusal, refuse, to_json
from mockserver.openapi.validation import Violation, each
from mockserver.workersai.catalogue import Model
from mockserver.workersai.complaints import complain
from mockserver.workersai.conversation import Conversation
from mockserver.workersai.quirks import position

TYPED = "decisions"
"""The family whose models answer bad input with 422 and JSON inside the message."""
AGREED = "agree"
"""The prompt that accepts the terms of a model for the account."""
_ANY = "any"
_NO_ANY = 'tool_choice is auto, none, required or a named tool, not "any"'
_DEMANDS = "engine_demands"
_CHECKED = frozenset(("options", "tools", "functions", "tool_choice"))


def keep(conversation: Conversation) -> None:
    """Raise Refusal (5021) when the prompt and the tokens allowed for the answer exceed the context window."""
    model = conversation.model
    window = model.context_window
    if window is None:
        return
    limit = conversation.limit
    if limit is None:
        limit = model.max_tokens_default or 0
    fit(conversation.prompt_tokens + limit, model)


def fit(tokens: int, model: Model) -> None:
    """Raise Refusal (5021) when so many tokens exceed the context window of a model."""
    window = model.context_window
    if window is not None and tokens > window:
        detail = f"{tokens} tokens of input and output, {model.name} takes {window}"
        raise refuse("context-window-exceeded", 413, detail, tokens=tokens, limit=window)


def heed(body: dict[str, Any], model: Model, invocation: Invocation, *, chat: bool) -> None:
    """Raise Refusal for what a request to a text model may not ask; `chat` says that it is OpenAI's kind of request.

    `rejectIfBusy` while the models are busy (3040), `tool_choice` "any" (8001), and, by a switch, tools on models that
    are not listed for them; `body` then loses its tools.
    """
    if _DEMANDS in model.facts:
        _meet(model.facts[_DEMANDS], body, invocation)
    if _CHECKED.isdisjoint(body):
        return
    reject_if_busy(body, invocation)
    if chat and body.get("tool_choice") == _ANY and position(invocation, "tool-choice-any") == "refused":
        raise refuse("engine-invalid-input", 400, _NO_ANY)
    if (body.get("tools") or body.get("functions")) and "function_calling" not in model.capabilities:
        answered = position(invocation, "tools-without-flag")
        if answered == "refused":
            raise refuse("engine-invalid-input", 400, f"{model.name} is not listed for function calling")
        if answered == "ignored":
            for name in ("tools", "functions"):
                body.pop(name, None)


def _meet(demands: Sequence[str], body: dict[str, Any], invocation: Invocation) -> None:
    """Refuse a conversation that the engine of a model does not take in the engine's words; if lenient, warn of it."""
    listed = body.get("messages")
    messages = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    complaints = []
    if "system_first" in demands and any(each.get("role") == "system" for each in messages[1:]):
        complaints.append("System message must be at the beginning.")
    if "json_arguments" in demands and not all(_is_json(call) for each in messages for call in _calls_of(each)):
        complaints.append("Assistant tool call function.arguments must be valid JSON.")
    for complaint in complaints:
        if invocation.settings.fidelity == "strict":
            raise refuse("engine-refusal", 400, complaint, reason=complaint)
        invocation.warn(f"the service refuses this: {complaint}")


def _calls_of(message: dict[str, Any]) -> list[Any]:
    calls = message.get("tool_calls")
    return calls if isinstance(calls, list) else []


def _is_json(call: Any) -> bool:
    function = call.get("function") if isinstance(call, dict) else None
    arguments = function.get("arguments") if isinstance(function, dict) else None
    if not isinstance(arguments, str):
        return True
    try:
        orjson.loads(arguments)
    except orjson.JSONDecodeError:
        return False
    return True


def reject_if_busy(body: dict[str, Any], invocation: Invocation) -> None:
    """Raise Refusal (3040) when a request would rather fail than wait and the models are busy, by a switch."""
    options = body.get("options")
    if isinstance(options, dict) and options.get("rejectIfBusy") is True and position(invocation, "capacity") == "busy":
        raise refuse("out-of-capacity", 429, "the switch capacity says busy, the request says rejectIfBusy")


def enter(model: Model, invocation: Invocation, agreed: set[str]) -> None:
    """Raise Refusal for a model that an account may not use: terms not accepted (5016), access on request (5018).

    `agreed` holds the accounts that accepted the terms, one per model; the prompt "agree" adds to it.
    """
    if model.facts.get("access_on_request"):
        raise refuse("private-model", 403, f"{model.name} is open to accounts that asked for it")
    if model.facts.get("requires_agreement"):
        key = f"{invocation.parameters.get('account_id', '')} {model.name}"
        if _prompt_in(invocation.request.body) == AGREED:
            agreed.add(key)
        if key not in agreed:
            raise refuse("model-agreement", 403, f'one request {{"prompt": "{AGREED}"}} accepts the terms')


def _prompt_in(body: bytes) -> Any:
    """Return the prompt in the raw body of a request: the model in the path is looked at before the body is read."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value.get("prompt") if isinstance(value, dict) else None


def reworded(problem: Problem, invocation: Invocation) -> Problem:
    """Return the refusal of an invalid body as the one who refuses words it.

    Decision models answer with JSON inside the message (422), the engine of the chat models refuses `tool_choice` "any"
    by its own code (8001).
    """
    model, body = invocation.subject, invocation.body
    if isinstance(model, Model) and model.family == TYPED:
        return typed(problem)
    wrong = all(violation.pointer.startswith("/tool_choice") for violation in problem.violations)
    if wrong and problem.violations and isinstance(body, dict) and body.get("tool_choice") == _ANY:
        return Problem("engine-invalid-input", 400, _NO_ANY)
    return problem


def typed(problem: Problem) -> Problem:
    """Return the refusal of a typed (decision) model for a body that breaks its schema: JSON inside the message."""
    errors: dict[str, list[str]] = {}
    for violation in each(problem.violations):
        errors.setdefault(_field(violation), []).append(complain([violation]))
    details = {"error": {"message": "Validation failed", "details": {"fieldErrors": errors}}}
    return Problem("typed-model-invalid", 422, problem.detail, values=(("details", to_json(details).decode()),))


def field_error(field: str, message: str) -> Refusal:
    """Return the refusal of a typed (decision) model for one member of its input."""
    details = {"error": {"message": "Validation failed", "details": {"fieldErrors": {field: [message]}}}}
    return refuse("typed-model-invalid", 422, f"{field}: {message}", details=to_json(details).decode())


def _field(violation: Violation) -> str:
    first = violation.pointer.split("/")[1] if "/" in violation.pointer else ""
    return first or (str(violation.expected) if violation.keyword == "required" else "body")
