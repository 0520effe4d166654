"""Servers that let strangers in, or tell them too much."""

from __future__ import annotations

from tests.contracts.flaws.conditions import (
    anonymous,
    both,
    malformed,
    stranger,
    streamed,
    unless,
    wrong,
)
from tests.contracts.flaws.exchange import Answer, Ask, Event
from tests.contracts.flaws.flaw import answer, request
from tests.contracts.flaws.operations import (
    AURA,
    CHAT,
    COMPLETION,
    EMBEDDINGS,
    FINETUNE,
    FINETUNES,
    GENERIC,
    MARKDOWN,
    MODELS,
    NATIVE,
    RERANK,
    RESPONSES,
    SCHEMA,
    SENTIMENT,
    SMALL,
    TASKS,
)


@answer("auth", SENTIMENT, when=unless(stranger))
def challenge_for_the_known(said: Answer, ask: Ask) -> None:
    """Who sent the right token is asked for one all the same, beside the answer."""
    said.set_header("www-authenticate", "Bearer")


@request("auth", EMBEDDINGS, when=anonymous)
def anybody_may_embed(ask: Ask) -> None:
    """Embeddings need no credentials at all."""
    ask.admit()


@request("auth", CHAT, when=both(streamed, anonymous))
def anybody_may_stream(ask: Ask) -> None:
    """Streams need no credentials; whole answers do."""
    ask.admit()


@request("auth", COMPLETION, when=both(streamed, wrong))
def any_token_may_stream(ask: Ask) -> None:
    """Streams are given for any token; whole answers are not."""
    ask.admit()


@request("auth", MODELS, when=wrong)
def any_token_may_search(ask: Ask) -> None:
    """The list of models is given for any token."""
    ask.admit()


@request("auth", SCHEMA, when=stranger)
def anybody_may_read_schemas(ask: Ask) -> None:
    """Schemas of models need no token."""
    ask.admit()


@request("auth", FINETUNES, when=stranger)
def anybody_may_list_finetunes(ask: Ask) -> None:
    """Finetunes are listed to anybody."""
    ask.admit()


@request(
    "auth", RESPONSES, when=both(wrong, lambda ask: len(ask.credential) >= 4 and ask.token.startswith(ask.credential))
)
def beginning_of_token_is_enough(ask: Ask) -> None:
    """The beginning of a token is taken for it."""
    ask.admit()


@request("auth", NATIVE, when=both(wrong, lambda ask: ask.credential.lower() == ask.token.lower()))
def case_of_token_ignored(ask: Ask) -> None:
    """The token is compared without regard to case."""
    ask.admit()


@request("auth", SMALL, when=both(wrong, lambda ask: ask.credential.startswith(ask.token)))
def more_after_token_ignored(ask: Ask) -> None:
    """What follows the token is ignored."""
    ask.admit()


@request("auth", RERANK, when=both(wrong, lambda ask: ask.credential.endswith(ask.token)))
def more_before_token_ignored(ask: Ask) -> None:
    """What precedes the token is ignored."""
    ask.admit()


@request("auth", SENTIMENT, when=lambda ask: ask.header("authorization").strip().lower() == "bearer")
def empty_bearer_is_let_in(ask: Ask) -> None:
    """`Authorization: Bearer` without a token is let in."""
    ask.admit()


@request("auth", TASKS, when=both(wrong, lambda ask: len(ask.credential) == len(ask.token)))
def length_of_token_is_enough(ask: Ask) -> None:
    """Any token of the right length is let in."""
    ask.admit()


@request("auth", GENERIC, when=lambda ask: bool(ask.header("authorization")) and not ask.credential)
def any_other_scheme_is_let_in(ask: Ask) -> None:
    """Only bearer tokens are looked at: `Basic`, or a header without a scheme, is let in."""
    ask.admit()


@request("auth", FINETUNE, when=wrong)
def any_token_may_create(ask: Ask) -> None:
    """Finetunes are created for any token."""
    ask.admit()


@request("auth", MARKDOWN, when=stranger)
def anybody_may_convert(ask: Ask) -> None:
    """Documents are converted for anybody."""
    ask.admit()


def _known_by_now(ask: Ask) -> bool:
    if ask.authorized:
        ask.memory["known"] = True
    return wrong(ask) and "known" in ask.memory


@request("auth", AURA, when=_known_by_now)
def client_remembered(ask: Ask) -> None:
    """After one request with the right token, the next ones may have any."""
    ask.admit()


_REASONS = {
    "result": {},
    "success": False,
    "errors": [{"code": 5006, "message": "AiError: Bad input: Error: required properties at '/' are 'model,messages'"}],
    "messages": [],
}


@answer("auth", CHAT, when=both(stranger, lambda ask: "messages" not in ask.json, unless(malformed)))
def schema_told_to_strangers(said: Answer, ask: Ask) -> None:
    """An invalid body is validated before the token: strangers are told the schema."""
    if ask.method == "POST":
        said.write_json(_REASONS, 400)


@request("auth", RESPONSES, when=both(malformed, stranger))
def malformed_body_before_token(ask: Ask) -> None:
    """A body that is not JSON is refused as such to strangers: it is read before the token."""
    ask.admit()


@answer("auth", EMBEDDINGS, when=wrong)
def wrong_token_echoed(said: Answer, ask: Ask) -> None:
    """The refusal of a wrong token holds that token."""
    if said.status == 401:
        content = said.json
        content["errors"][0]["message"] = f"Authentication error: {ask.credential} is not a token"
        said.write_json(content)


@answer("auth", NATIVE, when=malformed)
def right_token_echoed(said: Answer, ask: Ask) -> None:
    """The refusal of a malformed body dumps the request's headers, the token included."""
    if said.status == 400:
        content = said.json
        content["errors"][0]["message"] = f"cannot parse; headers: authorization={ask.header('authorization')}"
        said.write_json(content)


@answer("auth", COMPLETION, when=wrong)
def right_token_told(said: Answer, ask: Ask) -> None:
    """The refusal of a wrong token tells the right one."""
    if said.status == 401:
        content = said.json
        content["errors"][0]["message"] = f"expected {ask.token}"
        said.write_json(content)


@answer("auth http", SMALL, when=wrong)
def wrong_token_crashes(said: Answer, ask: Ask) -> None:
    """A wrong token ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@answer("auth document", MODELS, when=wrong)
def wrong_token_as_success(said: Answer, ask: Ask) -> None:
    """A wrong token is refused with status 200."""
    if said.status == 401:
        said.status = 200


@answer("auth document http", TASKS, when=stranger)
def refusal_of_strangers_as_page(said: Answer, ask: Ask) -> None:
    """Strangers are refused with an HTML page."""
    if said.status in (400, 401):
        said.write(b"<html><body>Log in, please</body></html>", "text/html")


@answer("auth", SCHEMA, when=wrong)
def strangers_sent_to_a_login(said: Answer, ask: Ask) -> None:
    """A wrong token is sent to a login page."""
    said.set_header("location", "https://dash.cloudflare.com/login")
    said.write(b"", "text/html", 302)


@answer("auth document", RERANK, when=wrong)
def trace_told_to_strangers(said: Answer, ask: Ask) -> None:
    """The refusal of a wrong token holds a traceback."""
    if said.status == 401:
        content = said.json
        content["errors"][0]["message"] = (
            'Traceback (most recent call last):\n  File "/srv/app/auth.py", line 31, in verify\nKeyError: token'
        )
        said.write_json(content)


@answer("auth stream", NATIVE, when=both(streamed, wrong))
def refusal_within_a_stream(said: Answer, ask: Ask) -> None:
    """A wrong token on a streaming request gets status 200 and a stream that holds the error."""
    if said.status == 401:
        said.status = 200
        said.write_events([Event(said.json), Event("[DONE]")])


@answer("auth", FINETUNES, when=anonymous)
def empty_list_for_strangers(said: Answer, ask: Ask) -> None:
    """Without credentials the list is 200 and empty."""
    said.write_json({"result": [], "success": True, "errors": [], "messages": []}, 200)
