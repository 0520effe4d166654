"""The catalogue file and its reader."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.errors import MockflareError, UnknownName
from mockserver.workersai.catalogue import Catalogue, Model

SPEC = Path(__file__).parents[2] / "spec"

SMALL: dict[str, Any] = {
    "tasks": {"Text Embeddings": {"id": None, "description": "Vectors."}},
    "models": [
        {
            "name": "@cf/acme/new",
            "family": "text-embeddings",
            "task": "Text Embeddings",
            "status": "active",
            "description": "New.",
            "capabilities": ["async_batch"],
            "embedding": {"dimensions": 4},
        },
        {
            "name": "@hf/acme/old",
            "family": "text-embeddings",
            "task": "Text Embeddings",
            "status": "retired",
            "description": "Old.",
            "alias_to": "@cf/acme/new",
        },
    ],
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.from_content(_content())


def _content() -> Any:
    return yaml.load((SPEC / "models.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def test_all_records_are_there(catalogue: Catalogue) -> None:
    """The file holds 114 models: 73 active, 37 retired, 4 unlisted."""
    counts = [len(catalogue.select(status=status)) for status in ("active", "retired", "unlisted")]

    assert [73, 37, 4] == counts
    assert 114 == len(catalogue)


@pytest.mark.parametrize(
    ("name", "dimensions"),
    [
        ("@cf/baai/bge-small-en-v1.5", 384),
        ("@cf/baai/bge-base-en-v1.5", 768),
        ("@cf/baai/bge-large-en-v1.5", 1024),
        ("@cf/baai/bge-m3", 1024),
        ("@cf/google/embeddinggemma-300m", 768),
        ("@cf/qwen/qwen3-embedding-0.6b", 1024),
        ("@cf/pfnet/plamo-embedding-1b", 2048),
    ],
)
def test_dimensions(catalogue: Catalogue, name: str, dimensions: int) -> None:
    """Each embedding model has its dimension."""
    assert dimensions == catalogue[name].embedding["dimensions"]


def test_a_record_becomes_a_model(catalogue: Catalogue) -> None:
    """Facts arrive typed; author, slug and source come from the name."""
    model = catalogue["@cf/meta/llama-3.3-70b-instruct-fp8-fast"]

    assert ("meta", "llama-3.3-70b-instruct-fp8-fast", 1) == (model.author, model.slug, model.source)
    assert (24000, 256, "2024-12-06", 300) == (
        model.context_window,
        model.max_tokens_default,
        model.added,
        model.rate_limit_rpm,
    )
    assert {"streaming", "function_calling", "json_mode", "lora", "async_batch"} == model.capabilities
    assert model.active
    assert not model.requires_workers_paid
    assert 0.293 == model.facts["price"]["usd"]["input_per_m_tokens"]


def test_every_model_has_a_task_file_and_one_sentence(catalogue: Catalogue) -> None:
    """Each family has its file; a description is one sentence on one line, and nobody shares it."""
    descriptions = [model.description for model in catalogue.values()]

    assert {path.stem for path in (SPEC / "tasks").glob("*.yml")} == {model.family for model in catalogue.values()}
    assert all(text.endswith(".") and "\n" not in text and ". " not in text for text in descriptions)
    assert len(descriptions) == len(set(descriptions))


def test_retired_models_say_when(catalogue: Catalogue) -> None:
    """A retired model has its day, no other has one."""
    assert catalogue.select(status="retired") == [model for model in catalogue.values() if model.deprecated_on]


def test_an_alias_leads_to_its_target(catalogue: Catalogue) -> None:
    """Finding follows an alias, subscription gives the record itself."""
    found = catalogue.find("@cf/moonshotai/kimi-k2.5")

    assert found is catalogue["@cf/moonshotai/kimi-k2.6"]
    assert "retired" == catalogue["@cf/moonshotai/kimi-k2.5"].status
    assert catalogue.find("@cf/nobody/nothing") is None


def test_select_combines_conditions(catalogue: Catalogue) -> None:
    """Every condition counts, the order is that of the file."""
    both = catalogue.select(task="Text Embeddings", capability="async_batch", status="active")

    assert ["bge-base-en-v1.5", "bge-large-en-v1.5", "bge-m3", "bge-small-en-v1.5"] == [model.slug for model in both]
    assert ["@cf/baai/bge-m3"] == [model.name for model in catalogue.select(family="text-embeddings-m3")]
    assert [] == catalogue.select(task="Telepathy")


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("@cf/baai/bge-smal-en-v1.5", "@cf/baai/bge-small-en-v1.5"),
        ("gpt-oss-20", "@cf/openai/gpt-oss-20b"),
        ("@cf/openai/gpt-4o-and-something-else-entirely", None),
    ],
)
def test_nearest(catalogue: Catalogue, asked: str, near: str | None) -> None:
    """A slip of the pen leads to the active model that was meant."""
    assert near == catalogue.nearest(asked)


def test_an_unknown_name_fails_with_the_nearest(catalogue: Catalogue) -> None:
    """Subscription raises, `get` and `in` do not."""
    with pytest.raises(UnknownName, match=r"did you mean '@cf/baai/bge-m3'"):
        catalogue["@cf/baai/bge-m4"]

    assert catalogue.get("@cf/baai/bge-m4") is None
    assert "@cf/baai/bge-m4" not in catalogue


def test_models_are_made_once() -> None:
    """The same name gives the same object."""
    small = Catalogue.from_content(SMALL)

    assert small["@hf/acme/old"] is small["@hf/acme/old"]
    assert 2 == small["@hf/acme/old"].source
    assert {} == small["@hf/acme/old"].embedding


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"status": "activ"}, r"@cf/acme/new: unknown status 'activ'; did you mean 'active'\?"),
        ({"task": "Text Embedding"}, r"@cf/acme/new: unknown task 'Text Embedding'; did you mean 'Text Embeddings'"),
        ({"family": None}, r"@cf/acme/new: `family` is text, found None"),
        ({"name": "bge"}, r"bge: a name is @cf/<author>/<model>"),
        ({"name": "@hf/acme/old"}, r"'@hf/acme/old' is there already"),
        ({"capabilities": "streaming"}, r"`capabilities` is a list, found 'streaming'"),
        ({"embedding": 384}, r"`embedding` is a mapping, found 384"),
        ({"alias_to": "@cf/acme/newer"}, r"alias_to: unknown model '@cf/acme/newer'; did you mean '@cf/acme/new'"),
    ],
)
def test_a_malformed_record_says_what_is_right(change: dict[str, Any], complaint: str) -> None:
    """Which record, what was found, what would have been right."""
    content = copy.deepcopy(SMALL)
    content["models"][0].update(change)

    with pytest.raises(MockflareError, match=complaint):
        Catalogue.from_content(content)


@pytest.mark.parametrize(
    "content", [None, [], {"models": {}}, {"models": [], "tasks": []}, {"models": [1], "tasks": {}}]
)
def test_what_is_no_catalogue_is_refused(content: Any) -> None:
    """Anything but a mapping with tasks and models raises."""
    with pytest.raises(MockflareError, match=r"catalogue"):
        Catalogue.from_content(content)


def test_a_circle_of_aliases_leads_nowhere() -> None:
    """Models that name each other as alias answer for nobody."""
    content = copy.deepcopy(SMALL)
    content["models"][0]["alias_to"] = "@hf/acme/old"

    assert Catalogue.from_content(content).find("@cf/acme/new") is None


def test_reading_makes_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start-up pays for no model: each is made when it is first asked for."""
    made: list[str] = []
    make = Model.from_record
    monkeypatch.setattr(Model, "from_record", lambda record: made.append(record["name"]) or make(record))
    catalogue = Catalogue.from_content(_content())

    assert [] == made
    assert catalogue["@cf/baai/bge-m3"].active
    assert ["@cf/baai/bge-m3"] == made
