"""Same seed, same request, same bytes: in another mock, process or worker, and in another order of members."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256

import pytest
import strategies
from sending import CHAT, COMPLETIONS, EMBEDDINGS, RESPONSES, Asked, Sender, collected, every

from mockserver.app import Mock

NATIVE, CHAT_RUN, EMBEDDING_RUN = (
    "/accounts/{account_id}/ai/run/" + model
    for model in (strategies.TEXT_MODEL, strategies.CHAT_MODEL, strategies.EMBEDDING_MODEL)
)
BODIES = {
    CHAT: strategies.chat_bodies,
    COMPLETIONS: strategies.completion_bodies,
    EMBEDDINGS: strategies.embedding_bodies,
    RESPONSES: strategies.responses_bodies,
    NATIVE: strategies.native_bodies,
    CHAT_RUN: strategies.chat_run_bodies,
}


@pytest.fixture(scope="module")
def sample() -> list[Asked]:
    """A few requests to every operation."""
    found = [Asked(path, body) for path, bodies in BODIES.items() for body in collected(bodies, 12)]
    models = ("@cf/black-forest-labs/flux-1-schnell", "@cf/stabilityai/stable-diffusion-xl-base-1.0")
    found += [Asked("/accounts/{account_id}/ai/run/" + model, {"prompt": "a fox"}) for model in models]
    found.append(Asked("/accounts/{account_id}/ai/run/@cf/deepgram/aura-1", {"text": "Good morning."}))
    found.append(Asked(CHAT, {"model": "nobody"}))
    return found


@pytest.mark.parametrize("path", BODIES)
def test_two_mocks_say_the_same(path, sender):
    """Two mocks answer a request with the same status, headers and bytes, and the second time like the first."""
    other = Sender(Mock())

    def check(body):
        asked = Asked(path, body)
        got = sender.send(asked).raw
        assert got == other.send(asked).raw == sender.send(asked).raw
        return "same"

    every(BODIES[path], 24, check)


def reordered(value):
    """The same JSON value, the members of every object in reverse order."""
    return json.loads(json.dumps(value), object_pairs_hook=lambda members: dict(reversed(members)))


@pytest.mark.parametrize(
    ("path", "body", "names"),
    [
        (
            CHAT,
            {"model": strategies.CHAT_MODEL, "messages": [{"role": "user", "content": "Hi"}]},
            "temperature seed stop",
        ),
        (COMPLETIONS, {"model": strategies.CHAT_MODEL, "prompt": "Hi"}, "temperature max_tokens"),
        (RESPONSES, {"model": "@cf/openai/gpt-oss-20b", "input": "Hi"}, "temperature instructions metadata"),
        (NATIVE, {"prompt": "Hi"}, "temperature top_k lora"),
        (EMBEDDINGS, {"model": strategies.EMBEDDING_MODEL, "input": "Hi"}, "dimensions user"),
    ],
)
def test_null_says_what_leaving_out_says(path, body, names, sender):
    """A member that is null has its default: ids, times and words are those of the request without it."""
    plain = sender.send(Asked(path, body))

    assert 200 == plain.status
    for name in names.split():
        assert plain.raw == sender.send(Asked(path, {**body, name: None})).raw


@pytest.mark.parametrize("path", BODIES)
def test_order_of_members_does_not_matter(path, sender):
    """A body says the same with its members in another order and with other white space."""

    def check(body):
        asked = Asked(path, body)
        got = sender.send(asked)
        for other in (json.dumps(reordered(body)).encode(), json.dumps(body, indent=2, ensure_ascii=False).encode()):
            assert got.raw == sender.send(Asked(path, other)).raw
        return "same"

    every(BODIES[path], 24, check)


@pytest.mark.parametrize("depth", [10, 200, 400, 500])
def test_order_of_members_does_not_matter_in_deep_bodies(depth, sender):
    """Nor does it where the body is deep."""
    deep: object = 1
    for _ in range(depth):
        deep = [deep]
    body = {"model": strategies.TEXT_MODEL, "messages": [{"role": "user", "content": "Hi"}], "metadata": {"x": deep}}
    assert sender.post(CHAT, body).raw == sender.post(CHAT, reordered(body)).raw


def said(path: str, body: dict, sender: Sender) -> bytes:
    """Return what was said, without ids, times and counts, which depend on the request anyway."""
    got = sender.post(path, {**body, "stream": False})
    assert 200 == got.status, got.body
    value = got.json
    if path == RESPONSES:
        return json.dumps([part["content"][0]["text"] for part in value["output"]]).encode()
    if path == EMBEDDINGS:
        return json.dumps(value["data"]).encode()
    value = value.get("result", value)
    return json.dumps(
        value.get("response") or [each.get("message", each.get("text")) for each in value["choices"]]
    ).encode()


PROMPTED = {
    CHAT: lambda prompt: {"model": strategies.TEXT_MODEL, "messages": [{"role": "user", "content": prompt}]},
    COMPLETIONS: lambda prompt: {"model": strategies.TEXT_MODEL, "prompt": prompt},
    EMBEDDINGS: lambda prompt: {"model": strategies.EMBEDDING_MODEL, "input": prompt},
    RESPONSES: lambda prompt: {"model": strategies.RESPONSES_MODEL, "input": prompt},
    NATIVE: lambda prompt: {"prompt": prompt},
    CHAT_RUN: lambda prompt: {"prompt": prompt},
}


@pytest.mark.parametrize("path", PROMPTED)
def test_other_prompt_other_answer(path, sender):
    """Different prompts get different answers."""
    prompts = [
        f"What about {word} and {other}?" for word in ("tea", "iron", "Rome", "foxes") for other in ("silk", "ice")
    ]
    answers = {said(path, PROMPTED[path](prompt), sender) for prompt in prompts}
    assert len(prompts) == len(answers)


@pytest.mark.parametrize("path", [path for path in PROMPTED if path != EMBEDDINGS])
def test_other_seed_other_answer(path, sender):
    """Another seed of the mock, or in the request, gives another answer to nearly every prompt."""
    other = Sender(Mock(seed=1))
    prompts = [f"Tell me about {word}." for word in "tea iron Rome foxes silk ice wool rain salt moss".split()]
    differing = sum(said(path, PROMPTED[path](p), sender) != said(path, PROMPTED[path](p), other) for p in prompts)
    assert 8 <= differing
    seeded = [{**PROMPTED[path]("Tell me about tea."), "seed": seed} for seed in range(1, 9)]
    assert 6 <= len({said(path, body, sender) for body in seeded})


def test_a_vector_does_not_depend_on_its_company(sender):
    """A text has the same vector alone and in a batch, on both endpoints."""

    def check(texts):
        batch = sender.post(EMBEDDINGS, {"model": strategies.EMBEDDING_MODEL, "input": texts}).json["data"]
        alone = [
            sender.post(EMBEDDINGS, {"model": strategies.EMBEDDING_MODEL, "input": text}).json["data"][0]["embedding"]
            for text in texts
        ]
        assert alone == [each["embedding"] for each in batch]
        native = [text for text in texts if text]
        if native:
            data = sender.post(EMBEDDING_RUN, {"text": native}).json["result"]["data"]
            assert [vector for vector, text in zip(alone, texts, strict=True) if text] == data

    every(strategies.st.lists(strategies.texts, min_size=1, max_size=4), 25, check)


# other processes --------------------------------------------------------------------------------------------------

ELSEWHERE = """
import hashlib, json, sys
from mockserver.app import Mock
from mockserver.engine.values import HttpRequest
mock = Mock()
for line in sys.stdin:
    url, media_type, body = json.loads(line)
    headers = [(b"authorization", b"Bearer " + mock.token.encode()), (b"content-type", media_type.encode())]
    response = mock.handle(HttpRequest("POST", url, headers=headers, body=body.encode("latin-1")))
    body = response.body if response.frames is None else b"".join(response.frames)
    print(response.status, hashlib.sha256(body + repr(tuple(response.headers)).encode()).hexdigest())
"""


def clean_environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOCKFLARE_", "CLOUDFLARE_"))}
    return {**kept, **more}


@pytest.mark.parametrize("hash_seed", ["1", "4242"])
def test_another_process_says_the_same(hash_seed, sample, sender, tmp_path):
    """A process with other hash values gives the same bytes."""
    lines = "".join(json.dumps([a.url, a.media_type, a.payload.decode("latin-1")]) + "\n" for a in sample)
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        input=lines,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=tmp_path,
        env=clean_environment(PYTHONHASHSEED=hash_seed),
    )
    expected = []
    for asked in sample:
        got = sender.send(asked)
        expected.append(f"{got.status} {sha256(got.body + repr(got.headers).encode()).hexdigest()}")
    assert expected == done.stdout.splitlines()


@pytest.fixture(scope="module")
def workers(tmp_path_factory) -> Iterator[int]:
    """The port of `mockflare serve --workers 2`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "mockserver", "serve", "--port", str(port), "--workers", "2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path_factory.mktemp("serve"),
        env=clean_environment(),
        start_new_session=True,
    )
    try:
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/_mockflare/health")
                assert 200 == connection.getresponse().status
                connection.close()
                break
            except OSError:
                connection.close()
                assert process.poll() is None, "the server ended"
                time.sleep(0.1)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_every_worker_says_the_same(workers, sample, sender):
    """Two worker processes answer with the bytes that the mock gives in process, whichever of them is asked."""
    served = set()
    for asked in sample:
        expected = sender.send(asked)
        for _ in range(3):
            connection = http.client.HTTPConnection("127.0.0.1", workers, timeout=10)
            connection.request(
                "POST",
                asked.url,
                asked.payload,
                {"Authorization": f"Bearer {sender.mock.token}", "Content-Type": asked.media_type},
            )
            response = connection.getresponse()
            body = response.read()
            assert (expected.status, expected.body) == (response.status, body)
            assert dict(expected.headers).get(b"cf-ray", b"").decode() == response.getheader("cf-ray")
            connection.close()
        served.add(expected.status)
    assert 200 in served
