"""Fidelity `document`: what the contract allows is answered, and what it says of refusals counts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.app import Mock
from mockserver.engine.values import HttpRequest, HttpResponse

TOKEN = (b"authorization", b"Bearer mockflare-token")
JSON = "application/json"


def ask(
    mock: Mock,
    path: str,
    body: Any = None,
    *,
    method: str = "POST",
    media_type: str = JSON,
    query: str = "",
    headers: tuple[tuple[bytes, bytes], ...] = (TOKEN,),
) -> HttpResponse:
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    told = ((b"content-type", media_type.encode()),) if raw else ()
    path = f"/accounts/{mock.account_id}/ai/{path}"
    return mock.handle(HttpRequest(method, path, query=query, headers=(*headers, *told), body=raw))


def warnings(response: HttpResponse) -> list[str]:
    return [value.decode() for name, value in response.headers if name == b"x-mockflare-warning"]


ALLOWED = [
    pytest.param("run/@cf/facebook/detr-resnet-50", b"no picture", "image/png", 400, id="bytes-that-are-no-picture"),
    pytest.param("run/@cf/deepgram/nova-3", b"no sound", "audio/wav", 400, id="bytes-that-are-no-sound"),
    pytest.param(
        "run/@cf/meta/llama-3.3-70b-instruct-fp8-fast", {"prompt": "hi", "lora": "mine"}, JSON, 400, id="no-adapter"
    ),
    pytest.param("run/@cf/openai/gpt-oss-20b", {"prompt": "hi", "lora": "mine"}, JSON, 405, id="takes-no-adapters"),
    pytest.param("run/@cf%2Fmeta%2Fllama-3.2-3b-instruct", {"text": "hi"}, JSON, 400, id="input-of-another-model"),
]


@pytest.mark.parametrize(("path", "body", "media_type", "refused"), ALLOWED)
def test_the_document_answers_what_it_allows(path: str, body: Any, media_type: str, refused: int) -> None:
    """Valid by the schemas, wrong for the service: the document answers, and a warning tells of the refusal."""
    answer = ask(Mock(fidelity="document"), path, body, media_type=media_type)

    assert 200 == answer.status
    assert warnings(answer)[-1].startswith("the service refuses this: ")
    assert refused == ask(Mock(), path, body, media_type=media_type).status


def test_what_the_document_forbids_is_refused() -> None:
    """A body or a query that breaks its schema is refused, also where the service passes over it."""
    mock = Mock(fidelity="document")

    assert 400 == ask(mock, "v1/embeddings", {"model": "@cf/baai/bge-m3", "input": 1}).status
    assert 400 == ask(mock, "models/search", method="GET", query="format=").status
    assert 200 == ask(Mock(), "models/search", method="GET", query="format=").status


def test_refusals_have_the_status_of_the_document() -> None:
    """Missing credentials are 401 and unknown models 404, as the upstream document says; codes and texts stay."""
    mock = Mock(fidelity="document")
    stranger = ask(mock, "v1/embeddings", {"model": "@cf/baai/bge-m3", "input": "x"}, headers=())
    unknown = ask(mock, "v1/embeddings", {"model": "@cf/baai/bge-9", "input": "x"})

    assert (401, 9106) == (stranger.status, json.loads(stranger.body)["errors"][0]["code"])
    assert (404, 5007) == (unknown.status, json.loads(unknown.body)["errors"][0]["code"])


@pytest.mark.parametrize(("seed", "status"), [("{}", 400), ("", 400), ("12", 200), ("1e3", 200)])
def test_a_number_in_a_form_is_text_that_reads_like_one(seed: str, status: int) -> None:
    """The form of the path for any model says which texts are numbers: a tool that sends others expects a refusal."""
    parts = {"prompt": "hi", "seed": seed}
    body = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{parts[name]}\r\n' for name in parts)
    path = "run/%40cf%2Futter-project%2Feurollm-9b-it"
    answer = ask(Mock(fidelity="document"), path, f"{body}--x--".encode(), media_type="multipart/form-data; boundary=x")

    assert status == answer.status


def test_a_path_without_a_success_is_none() -> None:
    """Where the document has refusals alone, as for what is asked over WebSockets only, there is nothing."""
    answer = ask(Mock(fidelity="document"), "run/@cf/deepgram/flux", {"encoding": "linear16", "sample_rate": "16000"})

    assert 404 == answer.status


def test_methods_that_the_document_has_not_are_refused() -> None:
    """A plain GET of a realtime model is 405: the document has no handshakes."""
    answer = ask(Mock(fidelity="document"), "run/@cf/deepgram/nova-3", method="GET")

    assert (405, b"POST") == (answer.status, dict(answer.headers)[b"allow"])


def test_faults_stay() -> None:
    """A failure that somebody switched on is no refusal of the service: nobody answers in its place."""
    mock = Mock(fidelity="document")
    mock.fail("createEmbeddings", mock.service.named_problem("missing-authorization"))

    assert 400 == ask(mock, "v1/embeddings", {"model": "@cf/baai/bge-m3", "input": "x"}).status


def test_models_answer_as_ever() -> None:
    """What the service accepts has the same answer."""
    body = {"model": "@cf/baai/bge-small-en-v1.5", "input": "x"}

    assert ask(Mock(), "v1/embeddings", body).body == ask(Mock(fidelity="document"), "v1/embeddings", body).body
