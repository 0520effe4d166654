"""References over several files, confined to the document's folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mockserver.engine.mock import Mock
from mockserver.engine.values import HttpRequest
from mockserver.errors import UnresolvedReference
from mockserver.openapi.document import Document
from mockserver.openapi.files import Files
from mockserver.openapi.source import read
from mockserver.settings import Settings


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_yaml", ".yaml").replace("_json", ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def load(folder: Path) -> Document:
    path = folder / "api.yaml"
    return Document(read(path), str(path), Files(path))


def bundled(folder: Path, reference: str) -> Any:
    return load(folder).standalone({"$ref": reference})


BARE = "openapi: 3.1.0\ninfo: {title: T}\npaths: {}\n"


def test_several_files_and_folders(tmp_path: Path) -> None:
    """References lead from file to file, each relative to the file it stands in, and back into the document."""
    write(
        tmp_path,
        api_yaml="openapi: 3.1.0\ninfo: {title: T}\npaths:\n  /pets: {$ref: paths/pets.yaml}\n"
        "components: {schemas: {Name: {const: Rex}}}\n",
        paths__pets_yaml="get:\n  operationId: pets\n  responses:\n    '200':\n      description: x\n      content:\n"
        "        application/json:\n          schema: {$ref: ../schemas/pet.json#/Pet}\n",
        schemas__pet_json=json.dumps(
            {
                "Pet": {
                    "type": "object",
                    "required": ["name", "friend"],
                    "properties": {
                        "name": {"$ref": "../api.yaml#/components/schemas/Name"},
                        "friend": {"$ref": "#/Friend"},
                    },
                },
                "Friend": {"const": {"$ref": "data, not a reference"}},
            }
        ),
    )
    answer = Mock(load(tmp_path), Settings()).handle(HttpRequest("GET", "/pets"))
    said = json.loads(answer.body)
    assert {"name": "Rex", "friend": {"$ref": "data, not a reference"}} == {
        key: said[key] for key in ("name", "friend")
    }


def test_files_that_refer_to_each_other(tmp_path: Path) -> None:
    """A circle of files is no circle without end."""
    write(
        tmp_path,
        api_yaml=BARE,
        a_yaml="A: {type: object, properties: {b: {$ref: 'b.yaml#/B'}}}",
        b_yaml="B: {type: object, properties: {a: {$ref: 'a.yaml#/A'}, n: {type: integer}}}",
    )
    found = bundled(tmp_path, "a.yaml#/A")
    judge = jsonschema.Draft202012Validator(found)
    assert judge.is_valid({"b": {"a": {"b": {"n": 1}}}})
    assert not judge.is_valid({"b": {"a": {"b": {"n": "x"}}}})


def test_properties_called_like_keywords(tmp_path: Path) -> None:
    """A property may be called `example`, `default` or `value`: the reference in it is one."""
    inner = "{properties: {example: {$ref: '#/X'}, default: {$ref: '#/X'}, value: {$ref: '#/X'}}}"
    write(tmp_path, api_yaml=BARE, a_yaml=f"A: {inner}\nX: {{type: integer}}")
    judge = jsonschema.Draft202012Validator(bundled(tmp_path, "a.yaml#/A"))
    assert not any(judge.is_valid({name: "x"}) for name in ("example", "default", "value"))


def test_names_with_escapes(tmp_path: Path) -> None:
    """File names in references may be percent-encoded."""
    (tmp_path / "my schemas.yaml").write_text("A: {const: 1}", "utf-8")
    write(tmp_path, api_yaml=BARE)
    assert jsonschema.Draft202012Validator(bundled(tmp_path, "./my%20schemas.yaml#/A")).is_valid(1)


@pytest.mark.parametrize(
    "reference",
    [
        "../outside.yaml#/A",
        "sub/../../outside.yaml#/A",
        "/etc/passwd",
        "..%2Foutside.yaml#/A",
        "link.yaml#/A",
        "folder-link/outside.yaml#/A",
        "file:///etc/passwd",
        "http://127.0.0.1/a.yaml#/A",
        "//example.com/a.yaml",
        "..\\outside.yaml",
        "sub\x00.yaml",
        "missing.yaml#/A",
        "sub",
        "C:\\a.yaml",
        "a.yaml#/nowhere",
        "broken.yaml#/A",
    ],
)
def test_what_is_not_read(tmp_path: Path, reference: str) -> None:
    """Nothing outside of the document's folder is read, however it is spelt, and nothing over the network."""
    (tmp_path / "outside.yaml").write_text("A: {const: secret}", "utf-8")
    folder = tmp_path / "api"
    write(folder, api_yaml=BARE, a_yaml="A: {}", broken_yaml="[", sub__b_yaml="{}")
    (folder / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (folder / "folder-link").symlink_to(tmp_path)
    with pytest.raises(UnresolvedReference):
        bundled(folder, reference)


def test_remote_references_by_permission() -> None:
    """What is remote is read where somebody gave a way to; what it refers to is found beside it."""
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return b'{"A": {"$ref": "b.json#/B"}}' if address.endswith("a.json") else b'{"B": {"const": 7}}'

    document = Document({"openapi": "3.1.0", "paths": {}}, files=Files("api.yaml", fetch))
    assert jsonschema.Draft202012Validator(document.standalone({"$ref": "https://x.example/s/a.json#/A"})).is_valid(7)
    assert ["https://x.example/s/a.json", "https://x.example/s/b.json"] == asked


def test_external_examples(tmp_path: Path) -> None:
    """An `externalValue` is read from the document's folder; one from elsewhere is left out, with a diagnostic."""
    content = (
        "          examples:\n            far: {externalValue: 'https://example.com/x.json'}\n"
        "            near: {externalValue: examples/rex.json}\n"
    )
    write(
        tmp_path,
        api_yaml="openapi: 3.1.0\ninfo: {title: T}\npaths:\n  /pets:\n    get:\n      responses:\n        '200':\n"
        "          description: x\n          content:\n            application/json:\n"
        + content.replace("          ", "              ", 1)
        .replace("            far", "                far")
        .replace("            near", "                near"),
        examples__rex_json='{"name": "Rex"}',
    )
    document = load(tmp_path)
    answer = Mock(document, Settings()).handle(HttpRequest("GET", "/pets"))
    assert {"name": "Rex"} == json.loads(answer.body)
    assert [
        "the example is left out: https://example.com/x.json is somewhere else; --allow HOST would let it be fetched"
    ] == [each.message for each in document.diagnostics]
