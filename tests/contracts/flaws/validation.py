"""Servers that accept what the contract forbids, refuse what it allows, or refuse badly."""

from __future__ import annotations

from tests.contracts.flaws.conditions import (
    ASTRAL,
    EMPTY,
    RIGHT_TO_LEFT,
    Condition,
    beyond,
    both,
    given,
    has,
    lacks,
    list_of,
    longer,
    malformed,
    method,
    null,
    parameter,
    streamed,
    text,
    unless,
)
from tests.contracts.flaws.exchange import Answer, Ask
from tests.contracts.flaws.flaw import answer, request
from tests.contracts.flaws.operations import (
    AURA,
    CHAT,
    CLEF,
    COMPLETION,
    DREAM,
    EMBEDDINGS,
    FINETUNE,
    FLUX,
    GENERIC,
    GPT,
    INDIC,
    M2M,
    MODELS,
    NATIVE,
    RERANK,
    RESPONSES,
    SCHEMA,
    SENTIMENT,
    SMALL,
)

_LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
_BGE = "@cf/baai/bge-small-en-v1.5"
_SPEAKERS = "angus asteria arcas orion orpheus athena luna zeus perseus helios hera stella".split()


def _refuse(said: Answer, message: str = "Bad input: not met") -> None:
    errors = [{"message": f"AiError: {message}", "code": 5006}]
    said.write_json({"errors": errors, "success": False, "result": {}, "messages": []}, 400)


def _refuse_success(said: Answer) -> None:
    if said.status == 200:
        _refuse(said)


def _is_message(ask: Ask, **members: object) -> bool:
    messages = ask.json.get("messages")
    return isinstance(messages, list) and any(
        isinstance(each, dict) and all(name in each and each[name] == value for name, value in members.items())
        for each in messages
    )


def _some_content_in_parts(ask: Ask) -> bool:
    messages = ask.json.get("messages")
    return isinstance(messages, list) and any(
        isinstance(each, dict) and isinstance(each.get("content"), list) for each in messages
    )


def _of_type(name: str, *types: type) -> Condition:
    return lambda ask: type(ask.json.get(name)) in types


@request("validation", CHAT, when=beyond("temperature", 0, 2))
def too_warm_is_accepted(ask: Ask) -> None:
    """A temperature out of bounds is clamped instead of refused."""
    ask.update(temperature=1)


@answer("validation", CHAT, when=given(temperature=2))
def warmest_is_refused(said: Answer, ask: Ask) -> None:
    """A temperature at its maximum is refused."""
    _refuse_success(said)


@answer("validation", CHAT, when=given(top_p=0))
def top_p_zero_is_refused(said: Answer, ask: Ask) -> None:
    """top_p at its minimum is refused."""
    _refuse_success(said)


@request("validation", CHAT, when=beyond("top_p", 0, 1))
def top_p_out_of_bounds_is_accepted(ask: Ask) -> None:
    """top_p out of bounds is accepted."""
    ask.update(top_p=1)


@answer("validation", CHAT, when=null("stop"))
def null_stop_is_refused(said: Answer, ask: Ask) -> None:
    """`stop: null`, as some clients always send it, is refused."""
    _refuse_success(said)


@answer("validation http", COMPLETION, when=null("max_tokens"))
def null_limit_crashes(said: Answer, ask: Ask) -> None:
    """`max_tokens: null` ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@answer("validation", RESPONSES, when=null("instructions"))
def null_instructions_are_refused(said: Answer, ask: Ask) -> None:
    """`instructions: null` is refused."""
    _refuse_success(said)


@request("validation", CHAT, when=beyond("n", 1, 128))
def too_many_choices_are_accepted(ask: Ask) -> None:
    """n beyond its bounds is accepted, and one choice given."""
    ask.update(n=1)


@answer("validation", COMPLETION, when=given(n=2))
def two_choices_are_refused(said: Answer, ask: Ask) -> None:
    """n=2 is refused."""
    _refuse_success(said)


@request("validation", CHAT, when=beyond("frequency_penalty", -2, 2))
def penalty_out_of_bounds_is_accepted(ask: Ask) -> None:
    """A frequency penalty out of bounds is accepted."""
    ask.update(frequency_penalty=0)


@answer("validation", CHAT, when=given(presence_penalty=-2))
def lowest_penalty_is_refused(said: Answer, ask: Ask) -> None:
    """A presence penalty at its minimum is refused."""
    _refuse_success(said)


@request("validation", CHAT, when=beyond("top_logprobs", 0, 20))
def too_many_logprobs_are_accepted(ask: Ask) -> None:
    """top_logprobs beyond 20 is accepted."""
    ask.update(top_logprobs=1)


@request("validation", CHAT, when=_of_type("max_tokens", str))
def limit_as_text_is_accepted(ask: Ask) -> None:
    """max_tokens as a text is accepted."""
    ask.update(max_tokens=8)


@request("validation", COMPLETION, when=_of_type("stream", str, int))
def stream_as_text_is_accepted(ask: Ask) -> None:
    """`stream` as a text or number is accepted."""
    ask.update(stream=False)


@answer("validation document http", CHAT, when=both(lacks("messages"), method("POST")))
def missing_messages_in_other_shape(said: Answer, ask: Ask) -> None:
    """A request without messages is refused 422 with a list of details, as a web framework does it."""
    if said.status == 400:
        said.write_json({"detail": [{"loc": ["body", "messages"], "msg": "field required"}]}, 422)


@request("validation", EMBEDDINGS, when=lacks("model"))
def model_is_guessed(ask: Ask) -> None:
    """A request without a model is answered by some model."""
    ask.update(model=_BGE)


@answer("validation semantics", CHAT, when=both(lacks("messages"), has("model")))
def missing_messages_as_success(said: Answer, ask: Ask) -> None:
    """A request without messages is refused with status 200."""
    if said.status == 400:
        said.status = 200


@answer("validation http", RESPONSES, when=lacks("input"))
def missing_input_crashes(said: Answer, ask: Ask) -> None:
    """A request for a response without input ends in a 500."""
    if said.status == 400:
        said.status = 500


@answer("validation", EMBEDDINGS, when=list_of("input", 4))
def fourth_input_is_refused(said: Answer, ask: Ask) -> None:
    """Four inputs and more are refused."""
    _refuse_success(said)


@answer("validation", SMALL, when=list_of("text", 100))
def hundred_texts_are_refused(said: Answer, ask: Ask) -> None:
    """A hundred texts, the documented limit, are refused."""
    _refuse_success(said)


@request("validation", SMALL, when=list_of("text", 101))
def more_than_hundred_texts_are_accepted(ask: Ask) -> None:
    """More than the documented hundred texts are accepted, and the rest dropped."""
    ask.update(text=ask.json["text"][:100])


@request("validation", EMBEDDINGS, when=_of_type("input", int, float, bool))
def number_as_input_is_accepted(ask: Ask) -> None:
    """A number is accepted as input."""
    ask.update(input=str(ask.json["input"]))


@request("validation", EMBEDDINGS, when=lambda ask: ask.json.get("encoding_format") not in (None, "float", "base64"))
def unknown_encoding_is_accepted(ask: Ask) -> None:
    """An unknown encoding_format is accepted."""
    ask.update(encoding_format="float")


@answer("validation", EMBEDDINGS, when=given(encoding_format="base64"))
def base64_is_refused(said: Answer, ask: Ask) -> None:
    """encoding_format base64, as the SDKs send it, is refused."""
    _refuse_success(said)


@answer("validation http", EMBEDDINGS, when=text(EMPTY))
def empty_input_crashes(said: Answer, ask: Ask) -> None:
    """An empty text ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@answer("validation", CHAT, when=lambda ask: _is_message(ask, content=None))
def null_content_is_refused(said: Answer, ask: Ask) -> None:
    """A message with content null, as agents send it with tool calls, is refused."""
    _refuse_success(said)


@answer("validation", CHAT, when=_some_content_in_parts)
def parts_are_refused(said: Answer, ask: Ask) -> None:
    """Content in parts is refused."""
    _refuse_success(said)


@answer("validation", CHAT, when=lambda ask: _is_message(ask, role="developer"))
def developer_is_refused(said: Answer, ask: Ask) -> None:
    """The role developer is refused."""
    _refuse_success(said)


@answer("validation http", CHAT, when=lambda ask: _is_message(ask, role="tool"))
def tool_message_crashes(said: Answer, ask: Ask) -> None:
    """The role tool ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@answer("validation", CHAT, when=both(streamed, has("tools")))
def tools_with_stream_are_refused(said: Answer, ask: Ask) -> None:
    """Tools are refused when the answer is to be streamed."""
    if said.status == 200:
        _refuse(said, "tools cannot be streamed")


@answer("validation", GPT, when=has("tool_choice"))
def tool_choice_is_refused(said: Answer, ask: Ask) -> None:
    """Any tool_choice is refused by a chat-family model."""
    _refuse_success(said)


@answer("validation", NATIVE, when=given(seed=9999999999))
def largest_seed_is_refused(said: Answer, ask: Ask) -> None:
    """The largest documented seed is refused: it does not fit into 32 bits."""
    _refuse_success(said)


@request("validation", NATIVE, when=beyond("top_k", 1, 50))
def top_k_out_of_bounds_is_accepted(ask: Ask) -> None:
    """top_k out of bounds is accepted."""
    ask.update(top_k=10)


@answer("validation", NATIVE, when=given(temperature=5))
def native_warmest_is_refused(said: Answer, ask: Ask) -> None:
    """The native maximum of the temperature, 5, is refused as if it were OpenAI's."""
    _refuse_success(said)


@request("validation", NATIVE, when=beyond("repetition_penalty", 0, 2))
def repetition_out_of_bounds_is_accepted(ask: Ask) -> None:
    """A repetition penalty out of bounds is accepted."""
    ask.update(repetition_penalty=1)


@answer("validation", NATIVE, when=longer(2000))
def long_prompt_is_too_large(said: Answer, ask: Ask) -> None:
    """A prompt of 2,000 characters is refused as too large; the context window holds far more."""
    if said.status == 200:
        _refuse(said, "prompt too long")


@answer("validation", FLUX, when=given(steps=8))
def eight_steps_are_refused(said: Answer, ask: Ask) -> None:
    """The documented maximum of steps is refused."""
    _refuse_success(said)


@request("validation", FLUX, when=beyond("steps", -(10**9), 8))
def nine_steps_are_accepted(ask: Ask) -> None:
    """More steps than documented are accepted."""
    ask.update(steps=8)


@request("validation", FLUX, when=lambda ask: bool(set(ask.json) - {"prompt", "steps"}))
def unknown_member_is_accepted(ask: Ask) -> None:
    """Members that the document rules out are accepted."""
    ask.replace({name: value for name, value in ask.json.items() if name in ("prompt", "steps")})


@request("validation", FLUX, when=longer(2048))
def overlong_prompt_is_accepted(ask: Ask) -> None:
    """A prompt longer than documented is cut instead of refused."""
    ask.update(prompt=ask.json["prompt"][:2048])


@answer("validation", SENTIMENT, when=lambda ask: bool(set(ask.json) - {"text"}))
def extra_member_is_refused(said: Answer, ask: Ask) -> None:
    """A member that the document does not mention, and allows, is refused."""
    _refuse_success(said)


@request("validation", M2M, when=lacks("target_lang"))
def target_language_is_guessed(ask: Ask) -> None:
    """A translation without a target language is made into French."""
    ask.update(target_lang="fr")


@answer("validation http", M2M, when=null("source_lang"))
def null_source_language_crashes(said: Answer, ask: Ask) -> None:
    """`source_lang: null` ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@answer("validation", M2M, when=text(RIGHT_TO_LEFT))
def right_to_left_is_refused(said: Answer, ask: Ask) -> None:
    """Text written from right to left is refused."""
    _refuse_success(said)


@request("validation", INDIC, when=lambda ask: "_" not in str(ask.json.get("target_language")))
def unknown_language_is_accepted(ask: Ask) -> None:
    """A language that the document does not list is accepted."""
    ask.update(target_language="hin_Deva")


@answer("validation http", RERANK, when=lambda ask: ask.json.get("top_k", 0) not in (None, 0, 1))
def large_top_k_crashes(said: Answer, ask: Ask) -> None:
    """A top_k of more than one ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@request("validation", RERANK, when=beyond("top_k", 1, 10**9))
def top_k_zero_is_accepted(ask: Ask) -> None:
    """A top_k below one is accepted."""
    ask.update(top_k=1)


@answer("validation", DREAM, when=given(width=2048))
def widest_is_refused(said: Answer, ask: Ask) -> None:
    """The documented maximum of the width is refused."""
    _refuse_success(said)


@request("validation", DREAM, when=beyond("height", 256, 2048))
def height_out_of_bounds_is_accepted(ask: Ask) -> None:
    """A height out of bounds is accepted."""
    ask.update(height=512)


@request("validation", AURA, when=lambda ask: ask.json.get("speaker") not in (None, *_SPEAKERS))
def unknown_speaker_is_accepted(ask: Ask) -> None:
    """A speaker that nobody knows is accepted."""
    ask.update(speaker="angus")


@request("validation", CLEF, when=given(questions={}))
def no_questions_are_accepted(ask: Ask) -> None:
    """A decision without questions is accepted."""
    ask.update(questions={"a": {"type": "noul", "instructions": "?"}})


@request("validation", FINETUNE, when=lacks("name"))
def finetune_name_is_made_up(ask: Ask) -> None:
    """A finetune without a name is created under some name."""
    ask.update(name="unnamed")


@answer("validation http", MODELS, when=parameter("per_page", "^0$|^-"))
def empty_page_crashes(said: Answer, ask: Ask) -> None:
    """A page of no models ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@request("validation", MODELS, when=parameter("page", "^0$|^-"))
def page_zero_is_accepted(ask: Ask) -> None:
    """Pages below one are accepted."""
    ask.ask_for(page="1")


@answer("validation document http", SCHEMA, when=unless(parameter("model")))
def schema_of_nothing_crashes(said: Answer, ask: Ask) -> None:
    """Asking for the schema of no model ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@answer("validation document http", EMBEDDINGS, when=lambda ask: not str(ask.json.get("model")).startswith("@cf/"))
def unknown_model_crashes(said: Answer, ask: Ask) -> None:
    """An unknown model ends in a 500."""
    if "model" in ask.json:
        said.write(b"Internal Server Error", "text/plain", 500)


@request("validation", GENERIC, when=lacks("model"))
def generic_model_is_guessed(ask: Ask) -> None:
    """The generic run without a model is answered by some model."""
    ask.update(model=_LLAMA, input={"prompt": "Hi"})


@answer("validation document", NATIVE, when=malformed)
def malformed_body_is_accepted(said: Answer, ask: Ask) -> None:
    """A body that is not JSON is answered as if nothing had been asked."""
    if said.status == 400:
        usage = {"prompt_tokens": 0, "completion_tokens": 1, "total_tokens": 1}
        said.write_json(
            {"result": {"response": "?", "usage": usage}, "success": True, "errors": [], "messages": []}, 200
        )


@answer("validation document http", EMBEDDINGS, when=lambda ask: ask.body == b"")
def missing_body_crashes(said: Answer, ask: Ask) -> None:
    """A request without a body ends in a 500."""
    if ask.method == "POST":
        said.write(b"Internal Server Error", "text/plain", 500)


@answer("validation http document", COMPLETION, when=lambda ask: ask.body.lstrip()[:1] == b"[")
def list_as_body_crashes(said: Answer, ask: Ask) -> None:
    """A body that is a list ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@answer("validation document semantics", SMALL)
def refusal_without_errors(said: Answer, ask: Ask) -> None:
    """The errors of a refusal are an empty list."""
    if said.status == 400:
        said.write_json({**said.json, "errors": []})


@answer("validation document semantics", M2M)
def refusal_says_success(said: Answer, ask: Ask) -> None:
    """A refusal says success true."""
    if said.status == 400:
        said.write_json({**said.json, "success": True})


@answer("validation document semantics", GPT)
def refusal_without_a_word(said: Answer, ask: Ask) -> None:
    """The messages of a refusal are empty texts."""
    if said.status == 400:
        said.write_json({**said.json, "errors": [{"code": 5006, "message": ""}]})


@answer("validation", CHAT, when=text(ASTRAL))
def astral_text_is_refused(said: Answer, ask: Ask) -> None:
    """Characters beyond the basic plane are refused."""
    _refuse_success(said)
