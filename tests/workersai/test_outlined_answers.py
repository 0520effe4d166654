"""Answers that are not judged one by one have the outline that was judged, and a narrower contract is kept, too."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver import Mock
from mockserver.engine.values import HttpRequest
from mockserver.openapi.outlines import Free, Outline, Some
from mockserver.settings import DEFAULT_ACCOUNT, DEFAULT_TOKEN
from mockserver.workersai.dialects import embeddings, plain_chat

MOCK = Mock()
CHAT, VECTORS = "@cf/meta/llama-3.3-70b-instruct-fp8-fast", "@cf/baai/bge-small-en-v1.5"


def ask(mock: Mock, endpoint: str, **body: object):
    """Return the response to a request."""
    return mock.handle(
        HttpRequest(
            "POST",
            f"/client/v4/accounts/{DEFAULT_ACCOUNT}/ai/v1/{endpoint}",
            headers=[(b"authorization", f"Bearer {DEFAULT_TOKEN}".encode()), (b"content-type", b"application/json")],
            body=json.dumps(body).encode(),
        )
    )


def has(value: object, pattern: object) -> bool:
    """Say whether a value has an outline."""
    if isinstance(pattern, Free):
        kind = {Free.TEXT: str, Free.COUNT: int, Free.NUMBER: int | float}[pattern]
        return isinstance(value, kind) and not isinstance(value, bool) and (pattern is not Free.COUNT or value >= 0)
    if isinstance(pattern, Some):
        return isinstance(value, list) and value != [] and all(has(each, pattern.each) for each in value)
    if isinstance(pattern, dict):
        return (
            isinstance(value, dict)
            and value.keys() == pattern.keys()
            and all(has(value[name], each) for name, each in pattern.items())
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and len(value) == len(pattern) and all(map(has, value, pattern))
    return type(value) is type(pattern) and value == pattern


@settings(derandomize=True, deadline=None)
@given(prompt=st.text(max_size=60) | st.sampled_from(["Why is the sky blue?", "speech", "Is it JSON?", "Say hi"]))
def test_completions_have_their_outline(prompt):
    """Whatever is asked, if it is answered in the short way."""
    made = []
    with pytest.MonkeyPatch.context() as patch:
        answer = plain_chat.PlainChat.answer
        patch.setattr(plain_chat.PlainChat, "answer", lambda *told: made.append(answer(*told)) or made[-1])
        response = ask(MOCK, "chat/completions", model=CHAT, messages=[{"role": "user", "content": prompt}])

    if made != [None]:
        assert made[0].outline is plain_chat.COMPLETION
        assert has(json.loads(response.body), plain_chat.COMPLETION.pattern)


@settings(derandomize=True, deadline=None)
@given(texts=st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_embeddings_have_their_outline(texts):
    """Whatever is embedded; the numbers are those of base64."""
    value = json.loads(ask(MOCK, "embeddings", model=VECTORS, input=texts).body)

    assert has(value, embeddings.LIST.pattern)
    coded = json.loads(ask(MOCK, "embeddings", model=VECTORS, input=texts, encoding_format="base64").body)
    assert [embeddings.base64(each["embedding"]) for each in value["data"]] == [
        each["embedding"] for each in coded["data"]
    ]


@pytest.mark.parametrize(
    ("endpoint", "operation", "body", "schema", "outline"),
    [
        (
            "chat/completions",
            "createChatCompletion",
            {"model": CHAT, "messages": [{"role": "user", "content": "What are tides?"}]},
            {"properties": {"id": {"maxLength": 4}}},
            plain_chat.COMPLETION,
        ),
        (
            "embeddings",
            "createEmbeddings",
            {"model": VECTORS, "input": "tides"},
            {"properties": {"data": {"items": {"properties": {"embedding": {"maxItems": 8}}}}}},
            embeddings.LIST,
        ),
    ],
    ids=["chat", "embeddings"],
)
def test_a_narrower_contract_is_kept(endpoint, operation, body, schema, outline: Outline, tmp_path):
    """Where the contract asks for more, the answer is judged, and another one given in its place."""
    path = f"$.paths['/accounts/{{account_id}}/ai/v1/{endpoint}'].post.responses['200'].content['application/json']"
    actions = [
        {"target": path, "update": {"schema": {"allOf": [schema]}}},
        {"target": f"{path}.examples", "remove": True},
    ]
    (tmp_path / "narrower.yml").write_text(
        json.dumps({"overlay": "1.0.0", "info": {"title": "Narrower", "version": "1"}, "actions": actions})
    )
    mock = Mock(overlays=[str(tmp_path / "narrower.yml")])

    response = ask(mock, endpoint, **body)

    assert not outline.is_within(mock.document.operations[operation].response(200).content["application/json"].schema)
    assert b"responder" != dict(response.headers)[b"x-mockflare-source"]
    assert any("passed over the responder" in note for note in mock.journal[-1].notes)
