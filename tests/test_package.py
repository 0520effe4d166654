"""What is shipped: the contract and everything else that is no Python has to be in the wheel."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "-o", str(place), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return place


def test_wheel(dist: Path) -> None:
    """The wheel holds spec/ byte for byte, the typing markers and every data file; no tests, no documentation."""
    with ZipFile(next(dist.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
        for file in sorted(path for path in (ROOT / "spec").rglob("*") if path.is_file()):
            assert file.read_bytes() == wheel.read(f"mockserver/_spec/{file.relative_to(ROOT / 'spec').as_posix()}")
    for package in ("mockserver", "contracts"):
        for file in (ROOT / package).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert file.relative_to(ROOT).as_posix() in names
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert {"mockserver", "contracts"} == tops
    assert {"mockserver/py.typed", "contracts/py.typed"} <= names


def test_source_distribution(dist: Path) -> None:
    """The source distribution can be tested: it has the sources, the contract and the tests."""
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"pyproject.toml", "spec/models.yml", "mockserver/app.py", "tests/test_package.py", "Makefile"} <= names
