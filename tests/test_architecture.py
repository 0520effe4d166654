"""The rooms know only the rooms below them, and each outside library enters by its doors."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOUNDATIONS = {"mockserver.errors", "mockserver.registry"}

ROOMS = {  # room -> what it may import of ours
    "mockserver.openapi": {"mockserver.openapi"},
    "mockserver.engine": {"mockserver.openapi", "mockserver.engine"},
    "mockserver.workersai": {"mockserver.openapi", "mockserver.engine", "mockserver.workersai"},
    "contracts": {
        "contracts",
        "mockserver.openapi",
        "mockserver.bundled",
        "mockserver.effective",
        "mockserver.settings",
        "mockserver.workersai.catalogue",
    },
}
MAY_START_A_MOCK = {"contracts/cli.py", "contracts/drift_cli.py", "contracts/__main__.py"}

DOORS = {  # library -> the modules that may import it
    "starlette": {"mockserver/control.py"},
    "uvicorn": {"mockserver/server.py", "mockserver/direct.py", "mockserver/websocket.py"},
    "h11": {"mockserver/egress/connections.py"},
    "click": {"mockserver/cli.py", "contracts/cli.py", "contracts/drift_cli.py"},
    "rich": {"contracts/console.py"},
    "yaml": {"mockserver/openapi/source.py", "mockserver/openapi/lines.py"},
    "jsonschema_rs": {"mockserver/openapi/validation.py"},
    "jsonpath_rfc9535": {"mockserver/openapi/overlay.py"},
    "pytest": {"mockserver/pytest_plugin.py"},
    "PIL": {"mockserver/workersai/fakes/pictures.py", "contracts/sent_media.py"},
    "markdownify": {"mockserver/workersai/surface/conversion.py"},
    "openpyxl": {"mockserver/workersai/surface/conversion.py"},
    "docx": {"mockserver/workersai/surface/conversion.py"},
    "pypdf": {"mockserver/workersai/surface/conversion.py"},
}


@cache
def modules() -> list[Path]:
    return sorted([*ROOT.glob("mockserver/**/*.py"), *ROOT.glob("contracts/**/*.py")])


@cache
def imports(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                found.append(name if (ROOT / (name.replace(".", "/") + ".py")).exists() else str(node.module))
    return found


def room_of(path: Path) -> str | None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return next((room for room in ROOMS if name.startswith(room)), None)


@pytest.mark.parametrize(
    "path", [path for path in modules() if room_of(path)], ids=lambda path: str(path.relative_to(ROOT))
)
def test_arrows_point_up(path: Path) -> None:
    """A room imports itself, the rooms below it and the foundations."""
    allowed = ROOMS[str(room_of(path))] | FOUNDATIONS
    if str(path.relative_to(ROOT)) in MAY_START_A_MOCK:
        allowed = allowed | {"mockserver"}
    for name in imports(path):
        if name.split(".")[0] in ("mockserver", "contracts"):
            assert any(name == room or name.startswith(room + ".") for room in allowed), f"{path.name} imports {name}"


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_library_enters_by_its_door(library: str) -> None:
    """Only the doors of a library import it, and each of them does."""
    users = {
        str(path.relative_to(ROOT)) for path in modules() if library in {name.split(".")[0] for name in imports(path)}
    }
    assert DOORS[library] == users


def test_dependencies_are_declared_and_explained() -> None:
    """Every library that is imported is declared in pyproject.toml, and docs/dependencies.md says why."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    names = {requirement.split(">")[0].split("=")[0].strip() for requirement in declared}
    explained = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    assert [] == sorted(name for name in names if f"`{name}`" not in explained)
    distributions = {
        "PIL": "pillow",
        "docx": "python-docx",
        "yaml": "pyyaml",
        "jsonschema_rs": "jsonschema-rs",
        "jsonpath_rfc9535": "jsonpath-rfc9535",
    }
    used = {name.split(".")[0] for path in modules() for name in imports(path)}
    outside = used - set(sys.stdlib_module_names) - {"mockserver", "contracts", "pytest"}
    known = {name.replace("-", "_") for name in names}
    transitive = {"referencing"}  # of jsonschema
    assert set() == {distributions.get(name, name).replace("-", "_") for name in outside} - known - transitive


def test_serving_imports_no_contract_library() -> None:
    """The mock serves without openapi-core, Schemathesis, Hypothesis or jsonschema in memory."""
    import subprocess

    program = (
        "import sys; from mockserver.server import MockServer; from mockserver import Mock, HttpRequest; "
        "Mock().handle(HttpRequest('GET', '/')); "
        "print(sorted({'PIL', 'openapi_core', 'schemathesis', 'hypothesis', 'jsonschema'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "[]" == said.stdout.strip()
