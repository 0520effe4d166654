"""Every answer to a valid request is what the contract promises, by two judges that are not the mock's."""

from __future__ import annotations

import http.client
from random import Random

import pytest
import strategies
from sending import CHAT, COMPLETIONS, EMBEDDINGS, RESPONSES, RUN, Asked, Sender, collected, every

from contracts import media
from contracts.preparation import prepare
from mockserver import bundled
from mockserver.app import Mock
from mockserver.effective import catalogue, effective
from mockserver.openapi.sampling import Sampler
from mockserver.server import MockServer

ACCOUNT = "0123456789abcdef0123456789abcdef"
SILENT = "speech-recognition-streaming"  # asked over a WebSocket only: no POST succeeds
TEMPLATES = {"account_id": ACCOUNT, "model": strategies.TEXT_MODEL}
BOUNDARY = "multipart/form-data; boundary=mockflare"
FORM = (
    b'--mockflare\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nA red fox\r\n'
    b'--mockflare\r\nContent-Disposition: form-data; name="width"\r\n\r\n512\r\n--mockflare--\r\n'
)
RAW = {"audio/*": "audio", "image/*": "image"}


def literal(model: str) -> str:
    return "/accounts/{account_id}/ai/run/" + model


def one_model_per_family() -> dict[str, str]:
    """The first active model of each family, by family."""
    found: dict[str, str] = {}
    for model in catalogue().values():
        if model.status == "active" and model.family != SILENT:
            found.setdefault(model.family, model.name)
    return found


FAMILIES = one_model_per_family()
PATHS = effective().content["paths"]
ABSENT = ("400 3039 ", "405 5005 ", "404 5006 ")  # adapters and batches that no schema can know of
OTHERS = [name for name, model in sorted(catalogue().items()) if model.status == "active" and model.family != SILENT][
    ::5
]


def judged(sender, judges, asked: Asked) -> str:
    """Ask, hold the answer against the contract, and say how it went: "2xx", or "4xx" with a reason."""
    got = sender.send(asked)
    faults = judges.answer_faults(asked.path, asked.parameters, got.status, got.media_type, got.body)
    assert not faults, f"POST {asked.url} {asked.payload[:3000]!r} -> {got.status} {got.body[:1500]!r}: {faults[:5]}"
    assert 200 <= got.status < 500, f"POST {asked.url} {asked.payload[:3000]!r} -> {got.status} {got.body[:500]!r}"
    if got.status < 300:
        return "2xx"
    envelope = got.json
    assert envelope["success"] is False
    assert envelope["errors"][0]["message"].strip(), "a refusal says why"
    return f"{got.status} {envelope['errors'][0]['code']} {envelope['errors'][0]['message'][:60]}"


def mostly_answered(tally, least: float = 0.9) -> None:
    """Assert that most valid requests were answered rather than refused."""
    assert tally["2xx"] >= least * tally.total(), tally


EFFECTIVE = {
    "chat": (CHAT, strategies.chat_bodies, 150),
    "completions": (COMPLETIONS, strategies.completion_bodies, 80),
    "embeddings": (EMBEDDINGS, strategies.embedding_bodies, 30),
    "responses": (RESPONSES, strategies.responses_bodies, 100),
    "native": (literal(strategies.TEXT_MODEL), strategies.native_bodies, 100),
    "chat-run": (literal(strategies.CHAT_MODEL), strategies.chat_run_bodies, 80),
    "responses-run": (literal(strategies.RESPONSES_MODEL), strategies.chat_run_bodies, 40),
}


@pytest.mark.parametrize("name", EFFECTIVE)
def test_valid_request_gets_valid_answer(name, sender, judges):
    """A request that the effective contract allows gets an answer that it promises, seldom a refusal."""
    path, bodies, examples = EFFECTIVE[name]

    def check(body):
        faults = judges.request_faults(path, body)
        assert not faults, f"the strategy is wrong: {faults[:3]}"
        return judged(sender, judges, Asked(path, body))

    mostly_answered(every(bodies, examples, check))


@pytest.mark.parametrize("model", [strategies.TEXT_MODEL, strategies.CHAT_MODEL, "@cf/meta/llama-2-7b-chat-int8"])
def test_templated_path_answers_any_model(model, sender, judges):
    """The catch-all path, with its slashes encoded, answers active and retired models alike."""
    parameters = {"account_id": ACCOUNT, "model": model}
    spelled = literal(model.replace("/", "%2F"))

    def check(body):
        got = sender.send(Asked(spelled, body))
        faults = judges.answer_faults(RUN, parameters, got.status, got.media_type, got.body)
        assert not faults, f"{model} {body} -> {got.status} {got.body[:500]!r}: {faults[:5]}"
        return "2xx" if got.status < 300 else str(got.status)

    bodies = strategies.chat_run_bodies if model == strategies.CHAT_MODEL else strategies.native_bodies
    mostly_answered(every(bodies, 24, check))


def sampled(schema_owner: str, count: int):
    """Return bodies made from the request schema of an operation, the small ones and the large ones."""
    document = effective()
    operation = next(each for each in document.operations.values() if each.path == schema_owner)
    sampler = Sampler(operation.request_content["application/json"].schema)
    sizes = ("minimal", "typical", "maximal")
    return [sampler.sample(Random(number), size=sizes[number % 3], words=["fox", "Rome"]) for number in range(count)]


@pytest.mark.parametrize("path", [CHAT, COMPLETIONS, EMBEDDINGS, RESPONSES])
def test_sampled_request_gets_valid_answer(path, sender, judges):
    """A body made from the request schema gets an answer that the contract promises."""
    models = {EMBEDDINGS: strategies.EMBEDDING_MODEL, RESPONSES: strategies.RESPONSES_MODEL}
    for body in sampled(path, 24):
        body["model"] = models.get(path, strategies.TEXT_MODEL)
        assert not judges.request_faults(path, body)
        judged(sender, judges, Asked(path, body))


def real_members(model: str) -> dict[str, list]:
    """The members of a model's JSON body that are pictures or sound, with real ones for each."""
    body = prepare(effective(), account=ACCOUNT, models=[model]).content["paths"]
    content = body[literal(model).replace("{account_id}", ACCOUNT)]["post"]["requestBody"]["content"]
    schema = content["application/json"]["schema"]
    nodes = [schema, *schema.get("anyOf", ())]
    members = {name: member for node in nodes for name, member in node.get("properties", {}).items()}
    declared = {name: member["enum"] for name, member in members.items() if "enum" in member}
    return {name: values for name, values in declared.items() if media.kind_of_value(values[0])}


@pytest.mark.parametrize("model", [*FAMILIES.values(), *OTHERS])
def test_every_family_answers_what_its_model_promises(model, sender, judges):
    """A model of each family answers bodies made from its own schema, in every media type that it takes.

    Pictures and sound are real ones: no schema can say which bytes are.
    """
    path = literal(model)
    content = PATHS[path]["post"]["requestBody"]["content"]
    said = []
    if "application/json" in content:
        real = real_members(model)
        for number, body in enumerate(sampled(path, 12 if model in FAMILIES.values() else 4)):
            body.update({name: values[number % len(values)] for name, values in real.items() if name in body})
            faults = judges.request_faults(path, body)
            assert not faults, f"the sampler is wrong: {faults[:3]}"
            said.append(judged(sender, judges, Asked(path, body)))
    for declared, kind in RAW.items():
        if declared in content:
            for media_type in (media.SENT_AS[kind], media.BYTES):
                said += [
                    judged(sender, judges, Asked(path, each, media_type=media_type)) for each in media.samples(kind)
                ]
    if "multipart/form-data" in content:
        said.append(judged(sender, judges, Asked(path, FORM, media_type=BOUNDARY)))
    said = [each for each in said if not each.startswith(ABSENT)]
    assert said.count("2xx") >= 0.8 * len(said), said


@pytest.fixture(scope="module")
def server():
    with MockServer(Mock()) as server:
        yield server


@pytest.mark.parametrize("name", EFFECTIVE)
def test_socket_says_what_the_mock_says(name, server, sender, judges):
    """Over a socket the same bytes come, and they are as valid."""
    path, bodies, _ = EFFECTIVE[name]
    for body in collected(bodies, 8):
        asked = Asked(path, body)
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
        headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
        connection.request("POST", asked.url, asked.payload, headers)
        response = connection.getresponse()
        content, media_type = response.read(), response.getheader("content-type")
        connection.close()
        assert not judges.answer_faults(path, asked.parameters, response.status, media_type, content)
        expected = sender.send(asked)
        assert (expected.status, expected.media_type, expected.body) == (response.status, media_type, content)


BARE = {
    "chat": (CHAT, strategies.bare_chat_bodies, 80),
    "completions": (COMPLETIONS, strategies.bare_completion_bodies, 60),
    "embeddings": (EMBEDDINGS, strategies.bare_embedding_bodies, 20),
    "responses": (RESPONSES, strategies.bare_responses_bodies, 60),
    "run": (RUN, strategies.bare_run_bodies, 100),
}


@pytest.mark.parametrize("name", BARE)
def test_bare_document_is_kept(name, bare_sender, bare_judges):
    """Without overlay, whatever the document as it came allows is answered as that document says."""
    path, bodies, examples = BARE[name]

    def check(body):
        faults = bare_judges.request_faults(path, body)
        assert not faults, f"the strategy is wrong: {faults[:3]}"
        return judged(bare_sender, bare_judges, Asked(path, body, TEMPLATES))

    # the document requires nothing of /ai/run, the models do: `{}` is refused there
    mostly_answered(every(bodies, examples, check), 0.4 if name == "run" else 0.8)


@pytest.mark.parametrize("model", FAMILIES.values())
def test_bare_document_is_kept_by_every_family(model, bare_sender, bare_judges):
    """Without overlay, a model of any family answers within the one schema of `/ai/run/{model}`."""
    path = literal(model)
    parameters = {"account_id": ACCOUNT, "model": model}
    for body in sampled(path, 4) if "application/json" in PATHS[path]["post"]["requestBody"]["content"] else [{}]:
        if bare_judges.request_faults(RUN, body):
            continue
        judged(bare_sender, bare_judges, Asked(RUN, body, parameters))


@pytest.mark.parametrize("stream", [True, False, None])
def test_bare_document_knows_no_stream_for_chat(stream, bare_sender, bare_judges):
    """Where the document declares no event stream, `stream` is answered with JSON."""
    body = {"model": strategies.TEXT_MODEL, "messages": [{"role": "user", "content": "Hi!"}]}
    got = bare_sender.post(CHAT, body if stream is None else {**body, "stream": stream})
    assert (200, "application/json") == (got.status, got.media_type)
    assert "chat.completion" == got.json["object"]


@pytest.mark.parametrize("name", ["gpt-4", "", " ", "@cf/nobody/nothing", "\u202e", "@cf/meta/llama-3.3-70b-instruct"])
@pytest.mark.parametrize("path", [CHAT, COMPLETIONS, EMBEDDINGS, RESPONSES])
def test_unknown_model_is_refused_with_5007(name, path, bare_sender):
    """A model that is not in the catalogue gets 400 and code 5007, in the bare document as well."""
    body = {"model": name, "messages": [], "prompt": "x", "input": "x"}
    got = bare_sender.post(path, body)
    assert (400, 5007) == (got.status, got.json["errors"][0]["code"])


ERRORS = sorted(bundled.errors())


@pytest.mark.parametrize("path", [CHAT, literal(strategies.TEXT_MODEL), RUN])
def test_every_error_of_the_table_is_conformant(path, judges):
    """Every error that can be switched on is an answer that the contract declares, with the code of the table."""
    sender, table = Sender(Mock()), bundled.errors()
    asked = Asked(path, {"model": strategies.TEXT_MODEL, "messages": [], "prompt": "x"}, TEMPLATES)
    for name in ERRORS:
        sender.mock.fail("*", name)
        got = sender.send(asked)
        assert table[name]["status"] == got.status
        faults = judges.answer_faults(path, TEMPLATES, got.status, got.media_type, got.body)
        assert not faults, f"{name}: {got.status} {got.media_type} {got.body!r}: {faults}"
        code = table[name].get("code")
        assert code is None or str(code).encode() in got.body, name
        assert 200 == sender.send(asked).status, "a fault is switched on for one request"
