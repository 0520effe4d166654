"""Where the facts contradict each other: each side can be had, and the default is the documented one."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from real_values import url

from mockserver.app import Mock
from mockserver.effective import catalogue
from mockserver.engine.values import HttpRequest, HttpResponse
from mockserver.errors import MockflareError
from mockserver.workersai.catalogue import Catalogue

SCHNELL, DEV = "@cf/black-forest-labs/flux-1-schnell", "@cf/black-forest-labs/flux-2-dev"
NATIVE, LORA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast", "@cf/mistral/mistral-7b-instruct-v0.2-lora"
DIFFUSION, SEEING = "@cf/stabilityai/stable-diffusion-xl-base-1.0", "@cf/mistralai/mistral-small-3.1-24b-instruct"
LONG, VOICE = "@cf/deepseek-ai/deepseek-v4-flash-0731", "@cf/deepgram/aura-1"
LIGHTNING = "@cf/bytedance/stable-diffusion-xl-lightning"
HELLO = {"prompt": "Hello", "max_tokens": 4}


def form(**fields: str | bytes) -> bytes:
    """The body of a form; bytes are a file."""
    parts = []
    for name, value in fields.items():
        file = '; filename="file"' if isinstance(value, bytes) else ""
        content = value if isinstance(value, bytes) else value.encode()
        parts.append(f'--edge\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content)
    return b"\r\n".join([*parts, b"--edge--\r\n"])


FORM = {"content-type": "multipart/form-data; boundary=edge"}


def raw(mock: Mock, model: str, body: bytes) -> HttpResponse:
    headers = [(b"authorization", b"Bearer " + mock.token.encode()), (b"content-type", b"application/json")]
    return mock.handle(HttpRequest("POST", f"/accounts/{mock.account_id}/ai/run/{model}", headers=headers, body=body))


# access -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("position", "account", "status"),
    [
        ("any", "mine", 200),
        ("any", "48546000", 200),
        ("hex", "mine", 404),
        ("hex", "48546000", 404),
        ("hex", "0123456789abcdef0123456789abcdef", 200),
        ("number", "mine", 404),
        ("number", "48546000", 200),
    ],
)
def test_account_id(ask: Any, position: str, account: str, status: int) -> None:
    """What an account id has to be; anything else is 7003, whose message names the path."""
    path = f"/client/v4/accounts/{account}/ai/run/{NATIVE}"
    answer = ask(path, HELLO, of=Mock(switches={"account-id": position}))

    assert status == answer.status
    assert (status == 200) or (7003 == answer.code and path in answer.message)


REFUSED = {"edit": "", "read": "create upload", "read-refused": "create upload run chat generic convert"}


@pytest.mark.parametrize("position", REFUSED)
def test_token_permission(ask: Any, position: str) -> None:
    """What a token may not do is 403 and 10000, for whichever request; lists are always shown."""
    mock = Mock(switches={"token-permission": position})
    tone = {"model": LORA, "name": "tone"}
    config = form(file=b'{"r": 8, "model_type": "mistral"}', file_name="adapter_config.json")
    asked: dict[str, tuple[str, Any, dict[str, str]]] = {
        "create": ("finetunes", tone, {}),
        "upload": ("finetunes/tone/finetune-assets", config, FORM),
        "run": (f"run/{NATIVE}", HELLO, {}),
        "chat": ("v1/completions", {"model": NATIVE, **HELLO}, {}),
        "generic": ("run", {"model": NATIVE, "input": HELLO}, {}),
        "convert": ("tomarkdown", form(files=b"a,b"), FORM),
    }
    for _ in range(2):  # what was refused once stays refused
        answers = {name: ask(path, body, of=mock, **headers) for name, (path, body, headers) in asked.items()}
        refused = [name for name, answer in answers.items() if answer.status != 200]
        assert REFUSED[position].split() == refused
        assert all((403, 10000) == (answers[name].status, answers[name].code) for name in refused)
    for path in ("finetunes", "models/search", "tomarkdown/supported"):
        assert 200 == ask(path, of=mock, method="GET").status


def test_gateway_header(ask: Any) -> None:
    """Where it is required, a request without the gateway's id fails as the gateway does; a path may name it, too."""
    mock = Mock(switches={"gateway-header": "required"})
    for path, body in ((f"run/{NATIVE}", HELLO), ("v1/chat/completions", {"model": NATIVE, "messages": []})):
        assert 200 == ask(path, body).status
        without = ask(path, body, of=mock)
        assert (400, "AiGatewayError", 2001) == (without.status, without.json["name"], without.json["internalCode"])
        assert 200 == ask(path, body, of=mock, cf_aig_gateway_id="default").status
    assert 200 == ask(f"/v1/{mock.account_id}/default/workers-ai/{NATIVE}", HELLO, of=mock).status
    assert 200 == ask("models/search", of=mock, method="GET").status


# models -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("position", "one", "two"), [("page", 57.6, 937.5), ("other", 172.8, 1875.0)])
def test_price(ask: Any, position: str, one: float, two: float) -> None:
    """FLUX.1 costs three times, FLUX.2 twice as much where the other price is chosen, and the catalogue says so."""
    mock = Mock(switches={"disputed-price": position})
    drawn = ask(f"run/{SCHNELL}", {"prompt": "a fox", "steps": 4}, of=mock)
    sized = form(prompt="a fox", width="512", height="512", steps="25")
    price = ask("models/search?search=flux-2-dev", of=mock, method="GET").result[0]["properties"][0]["value"]

    assert pytest.approx(one) == float(drawn.headers["cf-ai-neurons"])
    assert pytest.approx(two) == float(ask(f"run/{DEV}", sized, of=mock, **FORM).headers["cf-ai-neurons"])
    assert {"page": 0.00041, "other": 0.00082}[position] == price[-1]["price"]


@pytest.mark.parametrize("model", [DIFFUSION, LIGHTNING])
@pytest.mark.parametrize(("position", "kind", "begins"), [("png", "png", b"\x89PNG"), ("jpeg", "jpeg", b"\xff\xd8")])
def test_picture_type(model: str, position: str, kind: str, begins: bytes) -> None:
    """Pictures of SDXL are what they say they are."""
    mock = Mock(switches={"disputed-picture-type": position})
    answer = raw(mock, model, b'{"prompt": "a fox", "width": 256, "height": 256}')

    assert (f"image/{kind}".encode(), b"responder") == tuple(
        dict(answer.headers)[name] for name in (b"content-type", b"x-mockflare-source")
    )
    assert answer.body.startswith(begins)


def test_vision(ask: Any) -> None:
    """Mistral Small looks at pictures where it is said to."""
    drawn = ask(f"run/{SCHNELL}", {"prompt": "a heron in the reeds"}).result["image"]
    shown = url(base64.b64decode(drawn), "image/jpeg")
    parts = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": shown}}]
    body = {"messages": [{"role": "user", "content": parts}]}
    mock = Mock(switches={"disputed-vision": "seen"})
    flags = {
        each["property_id"] for each in ask("models/search?search=mistral-small", of=mock, method="GET").result[0][
            "properties"
        ]
    }  # fmt: skip

    assert "heron" in ask(f"run/{SEEING}", body, of=mock).result["response"]
    assert "heron" not in ask(f"run/{SEEING}", body).result["response"]
    assert "vision" in flags


def test_context(ask: Any) -> None:
    """The window of DeepSeek V4 Flash is the corrected one unless the longer is chosen."""
    for position, window in (("corrected", 1_048_576), ("longer", 1_310_720)):
        mock = Mock(switches={"disputed-context": position})
        over = ask(f"run/{LONG}", {"prompt": "x", "max_tokens": window}, of=mock)
        assert (413, 5021) == (over.status, over.code)
        assert f"({window})" in over.message


def test_unset_switches_change_nothing() -> None:
    """With every switch at its default the catalogue is the one of the file."""
    assert catalogue() is catalogue().at(dict.fromkeys(("disputed-price", "disputed-vision"), "no such"))
    names = [name for name, model in catalogue().items() if model.facts.get("disputed")]
    assert {SCHNELL, DEV, DIFFUSION, LIGHTNING, SEEING, LONG} == set(names)


def test_disputed_is_a_mapping() -> None:
    """A malformed record says what is wrong."""
    record = {"name": "@cf/a/b", "family": "f", "task": "T", "status": "active", "description": "d", "disputed": [1]}
    with pytest.raises(MockflareError, match="`disputed` is a mapping"):
        Catalogue.from_content({"tasks": {"T": {}}, "models": [record]})


# speech -------------------------------------------------------------------------------------------------------------


def test_voice() -> None:
    """`voice` is ignored unless it is said to choose; `speaker` comes first."""
    usual, heard = Mock(), Mock(switches={"speech-voice": "voice"})
    luna, zeus = (raw(usual, VOICE, b'{"text": "Hi", "speaker": "%s"}' % name).body for name in (b"luna", b"zeus"))
    plain = raw(usual, VOICE, b'{"text": "Hi"}').body

    assert luna != zeus
    assert plain == raw(usual, VOICE, b'{"text": "Hi", "voice": "zeus"}').body
    assert zeus == raw(heard, VOICE, b'{"text": "Hi", "voice": "zeus"}').body
    assert luna == raw(heard, VOICE, b'{"text": "Hi", "voice": "zeus", "speaker": "luna"}').body
    assert 400 == raw(heard, VOICE, b'{"text": "Hi", "voice": "nobody"}').status


# catalogue and adapters ---------------------------------------------------------------------------------------------


def test_paging(ask: Any) -> None:
    """Pages have their size, or the first has everything; both end."""
    mock = Mock(switches={"models-paging": "ignored"})
    every = len(ask("models/search", method="GET").result)

    def page(number: int, of: Mock) -> list[Any]:
        found: list[Any] = ask(f"models/search?per_page=10&page={number}", of=of, method="GET").result
        return found

    assert (10, 10) == (len(page(1, Mock())), len(page(2, Mock())))
    assert (every, 0) == (len(page(1, mock)), len(page(2, mock)))


def test_finetune_list(ask: Any) -> None:
    """The list of adapters is a list, a list within a list, or one adapter."""
    said = {}
    for position in ("array", "nested", "one"):
        mock = Mock(switches={"finetune-list": position})
        empty = ask("finetunes", of=mock, method="GET").result
        assert ([[]] if position == "nested" else []) == empty
        tone = ask("finetunes", {"model": LORA, "name": "tone"}, of=mock).result
        ask("finetunes", {"model": LORA, "name": "manners"}, of=mock)
        said[position] = ask("finetunes", of=mock, method="GET").result
    assert said["array"][0] == tone == said["one"]
    assert [said["array"]] == said["nested"]


def test_finetune_asset(ask: Any) -> None:
    """An upload is acknowledged, with a record of the file where the older document is followed."""
    config = form(file=b'{"r": 8, "model_type": "mistral"}', file_name="adapter_config.json")
    for position in ("absent", "record"):
        mock = Mock(switches={"finetune-asset": position})
        tone = ask("finetunes", {"model": LORA, "name": "tone"}, of=mock).result
        said = ask("finetunes/tone/finetune-assets", config, of=mock, **FORM)
        assert (200, True, "responder") == (said.status, said.json["success"], said.headers["x-mockflare-source"])
        assert (position == "record") is ("result" in said.json)
    record = said.json["result"]
    assert (tone["id"], "adapter_config.json") == (record["finetune_id"], record["file_name"])
    assert {"id", "finetune_id", "file_name", "bucket_name", "created_at", "modified_at"} == set(record)
