"""Measure sampling and validation over the official JSON Schema test suite.

    python -m benchmarks.json_schema_suite [DIRECTORY_OR_SDIST] [--draft 2020-12]... [--seeds 20] [--verbose]

The suite is the one that jsonschema's source distribution carries. Without a path it is downloaded with pip
into a temporary directory. For each schema with a valid instance and local references only: does the sampler
find an instance, and do jsonschema-rs and jsonschema both call it valid? And do our validators agree with the
suite about its instances?
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import jsonschema.validators
from referencing.exceptions import Unresolvable

from benchmarks.measurement import Measurement
from mockserver.errors import InvalidSchema
from mockserver.openapi.document import Document
from mockserver.openapi.sampling import Sampler, Unsatisfiable
from mockserver.openapi.validation import compiled

JUDGES = {
    "4": jsonschema.Draft4Validator,
    "6": jsonschema.Draft6Validator,
    "7": jsonschema.Draft7Validator,
    "2019-09": jsonschema.Draft201909Validator,
    "2020-12": jsonschema.Draft202012Validator,
}

_VERSIONS = {"2020-12": "3.1.0", "4": "3.0.3"}
"""In documents of which version a draft's schemas are judged."""


@dataclass(frozen=True, slots=True)
class Case:
    """One schema of the suite with its instances."""

    file: str
    description: str
    schema: Any
    tests: tuple[dict[str, Any], ...]


def find_suite(given: str | None, scratch: Path) -> Path:
    """Return the directory that holds draft2020-12, draft7 and the others."""
    path = Path(given) if given else download(scratch)
    if path.is_file():
        with tarfile.open(path) as archive:
            archive.extractall(scratch, filter="data")
        path = scratch
    found = sorted(path.rglob("tests/draft2020-12"))
    if not found:
        sys.exit(f"no tests/draft2020-12 below {path}")
    return found[0].parent


def download(scratch: Path) -> Path:
    """Fetch jsonschema's source distribution."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--no-binary",
        ":all:",
        "-d",
        scratch,
        "jsonschema",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(scratch.glob("jsonschema-*.tar.gz"))


def cases(directory: Path) -> Iterator[Case]:
    """Yield every schema of a draft, optional ones included."""
    for file in sorted(directory.rglob("*.json")):
        for group in json.loads(file.read_text(encoding="utf-8")):
            name = file.relative_to(directory).as_posix()
            yield Case(name, group["description"], group["schema"], tuple(group["tests"]))


def references(value: Any) -> Iterator[str]:
    """Yield every reference that is spelled anywhere in a schema."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("$ref", "$dynamicRef", "$schema") and isinstance(inner, str):
                yield inner
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def is_local(case: Case, draft: str) -> bool:
    """Say whether jsonschema resolves every reference without metaschemas and without the network."""
    schema = case.schema
    if isinstance(schema, dict):
        spelled = list(references({name: inner for name, inner in schema.items() if name != "$schema"}))
        if any("json-schema.org/draft" in each for each in spelled) or "localhost" in str(schema.get("$schema")):
            return False
    judge = JUDGES[draft](schema)
    try:
        for test in case.tests:
            list(judge.iter_errors(test["data"]))
    except Exception as error:
        if isinstance(error, Unresolvable) or "Unresolvable" in type(error).__name__:
            return False
    return True


def accepts(draft: str, schema: Any, value: Any) -> bool | None:
    """Ask jsonschema, formats asserted; None when it cannot tell (a regular expression Python cannot read)."""
    kind = jsonschema.validators.validator_for(schema, default=JUDGES[draft])
    try:
        return bool(kind(schema, format_checker=kind.FORMAT_CHECKER).is_valid(value))
    except Exception:
        return None


def json_schema() -> Iterator[Measurement]:
    """Yield, for the drafts that OpenAPI uses, the share of the suite that is not sampled or judged as it should be."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            suite = find_suite(None, Path(scratch))
        except (OSError, subprocess.SubprocessError) as error:
            print(f"the JSON Schema suite is left out: {error}", file=sys.stderr)
            return
        for draft in ("2020-12", "4"):
            sampled, judged = measure(draft, suite, 5, False)
            name = f"JSON Schema {draft}:"
            yield Measurement(
                f"{name} schemas without a valid sample", 100 - sampled, "%", 1, f"{sampled:.2f} % have one"
            )
            yield Measurement(
                f"{name} instances judged unlike the suite", 100 - judged, "%", 1, f"{judged:.2f} % alike"
            )
        for draft, version in _VERSIONS.items():
            agreed, of_all = through_document(suite, draft, version)
            share = 100 * (1 - agreed / of_all)
            detail = f"{agreed} of {of_all} alike, of JSON Schema {draft}"
            yield Measurement(f"OpenAPI {version}: instances judged unlike the suite", share, "%", 1, detail)


def through_document(suite: Path, draft: str, version: str) -> tuple[int, int]:
    """Return how many instances are judged as the suite does by schemas in a document, of how many.

    In a 3.1 document a schema without an `$id` gets one, so that its `#/...` leads into itself as it does in the suite.
    3.0 has no such names; schemas with references are left out there.
    """
    agreed = all_of_them = 0
    for case in cases(suite / f"draft{draft}"):
        if not is_local(case, draft) or (case.file == "format.json" and draft == "2020-12"):
            continue
        schema = case.schema
        if version.startswith("3.0") and list(references(schema)):
            continue
        if isinstance(schema, dict) and version.startswith("3.1"):
            kept = {name: value for name, value in schema.items() if name != "$schema"}
            schema = {"$id": "https://example.com/root", **kept}
        document = Document({"openapi": version, "paths": {}, "components": {"schemas": {"S": schema}}})
        _, validator, _ = document.tolerated({"$ref": "#/components/schemas/S"})
        all_of_them += len(case.tests)
        agreed += sum(validator.is_valid(test["data"]) == test["valid"] for test in case.tests)
    return agreed, all_of_them


def measure(draft: str, suite: Path, seeds: int, verbose: bool) -> tuple[float, float]:
    """Print what one draft gives; return the shares, in percent, of schemas sampled and of instances judged rightly."""
    directory = suite / ("draft" + draft)
    sampled: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    failing: list[str] = []
    disputed: list[str] = []
    slowest = (0.0, "")
    for case in cases(directory):
        where = f"{case.file}: {case.description}"
        if not is_local(case, draft):
            sampled["references elsewhere"] += 1
            continue
        asserted = not (case.file == "format.json" and draft in ("2019-09", "2020-12"))
        try:
            validator = compiled(case.schema, draft=draft)
            verdicts = [(test, validator.is_valid(test["data"])) for test in case.tests]
        except InvalidSchema as invalid:
            failing.append(f"{where}: {invalid}")
            sampled["schemas"] += 1
            continue
        for test, verdict in verdicts:
            if asserted:
                agreed["instances"] += 1
                agreed["agreed"] += verdict == test["valid"]
                if verdict != test["valid"]:
                    disputed.append(f"{where}: {test['description']} is {'' if test['valid'] else 'in'}valid")
        if not any(test["valid"] for test in case.tests):
            continue
        sampled["schemas"] += 1
        sampled["trivial"] += validator.is_valid("x")
        problem = None
        began = time.perf_counter()
        sampler = Sampler(case.schema, draft=draft)
        for seed in range(seeds):
            try:
                value = sampler.sample(Random(seed))
            except Unsatisfiable as error:
                problem = f"{error}"
                break
            if not validator.is_valid(value):
                problem = f"jsonschema-rs refuses {value!r}"
                break
            verdict = accepts(draft, case.schema, value)
            sampled["undecided"] += verdict is None
            if verdict is False:
                problem = f"jsonschema refuses {str(value)[:200]!r}"
                break
        slowest = max(slowest, ((time.perf_counter() - began) / seeds, where))
        if problem:
            failing.append(f"{where}: {problem}")
        else:
            sampled["valid"] += 1
    share = 100 * sampled["valid"] / sampled["schemas"]
    print(f"draft {draft}")
    print(f"  sampled   {sampled['valid']} of {sampled['schemas']} schemas: {share:.2f} %")
    print(f"  left out  {sampled['references elsewhere']} schemas that refer elsewhere")
    print(
        f"  unsure    {sampled['undecided']} samples that jsonschema could not judge; jsonschema-rs alone accepts those"
    )
    print(f"  constant  {sampled['trivial']} of those schemas accept the string 'x'")
    agreement = 100 * agreed["agreed"] / agreed["instances"]
    print(f"  validated {agreed['agreed']} of {agreed['instances']} instances as the suite does: {agreement:.2f} %")
    print(f"  slowest   {slowest[0] * 1000:.1f} ms a sample, {slowest[1]}")
    for line in failing:
        print(f"  FAILED    {line}")
    if verbose:
        for line in disputed:
            print(f"  DISPUTED  {line}")
    return share, agreement


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("suite", nargs="?", help="a directory with the suite, or jsonschema's source distribution")
    parser.add_argument("--draft", action="append", choices=list(JUDGES))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--verbose", action="store_true", help="list the instances that validators and suite dispute")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        suite = find_suite(given.suite, Path(scratch))
        for draft in given.draft or ["2020-12", "7", "4"]:
            measure(draft, suite, given.seeds, given.verbose)
            if draft in _VERSIONS:
                agreed, of_all = through_document(suite, draft, _VERSIONS[draft])
                print(f"  in OpenAPI {_VERSIONS[draft]}: {agreed} of {of_all} instances as the suite does")


if __name__ == "__main__":
    main()
