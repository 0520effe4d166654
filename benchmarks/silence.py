"""Whether the contract kit is silent where nothing is wrong: `python -m benchmarks.silence`.

Full runs, with many seeds, on the mock in its modes and on servers of other make; and the harmless variations of
`tests/contracts/flaws`. Whatever is found above additive is a false alarm, of the kit or of the server.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import contracts
from benchmarks.measurement import Measurement
from contracts import Finding, Report, Severity

FIVE = ("executeAiModel", "createChatCompletion", "createTextCompletion", "createEmbeddings", "createResponse")
_GIVEN = Path(__file__).parents[1] / "spec" / "cloudflare-workers-ai-openapi.yml"
_QUIET = (Severity.ADDITIVE, Severity.COSMETIC)


def servers() -> dict[str, Callable[[int], Report]]:
    """Return what is run, by name: each takes a seed."""
    return {
        "mock": lambda seed: _mock(seed),
        "mock, strict": lambda seed: _mock(seed, fidelity="strict"),
        "mock, no overlay": lambda seed: _mock(seed, bundled_overlay=False),
        "mock, socket": lambda seed: _socket(seed),
        "mock, strict, socket": lambda seed: _socket(seed, fidelity="strict"),
        "mock, no overlay, socket": lambda seed: _socket(seed, bundled_overlay=False),
        "other server": lambda seed: _other(seed, bare=False),
        "other server, no overlay": lambda seed: _other(seed, bare=True),
        "terse server, no overlay": _terse,
    }


def false_alarms(only: tuple[str, ...] = (), seeds: int = 20) -> Iterator[Measurement]:
    """Yield how many findings there are on servers without a flaw, and on harmless variations."""
    for name, run in servers().items():
        if not only or name in only:
            began = time.perf_counter()
            reports = [run(seed) for seed in range(seeds)]
            yield _measured(f"false alarms: {name}", reports, time.perf_counter() - began)
    if not only or "harmless" in only:
        began = time.perf_counter()
        yield _measured("false alarms: harmless variations", list(_variations()), time.perf_counter() - began)


def _mock(seed: int, *, bundled_overlay: bool = True, **settings: Any) -> Report:
    from mockserver import Mock, create_app

    app = create_app(Mock(bundled_overlay=bundled_overlay, **settings))
    return contracts.check(app, seed=seed, bundled_overlay=bundled_overlay)


def _socket(seed: int, *, bundled_overlay: bool = True, **settings: Any) -> Report:
    from mockserver import Mock, MockServer

    with MockServer(Mock(bundled_overlay=bundled_overlay, **settings)) as server:
        return contracts.check(
            server.base_url,
            seed=seed,
            token=server.token,
            account=server.account_id,
            bundled_overlay=bundled_overlay,
        )


def _other(seed: int, *, bare: bool) -> Report:
    import yaml

    from mockserver import Mock
    from tests.contracts.flaws.plain_server import TOKEN, create_app

    document = yaml.safe_load(_GIVEN.read_text("utf-8")) if bare else json.loads(json.dumps(Mock().document.content))
    app = create_app(document, streams=not bare)
    return contracts.check(app, operations=FIVE, token=TOKEN, seed=seed, bundled_overlay=not bare)


def _terse(seed: int) -> Report:
    import yaml

    from tests.contracts.flaws.terse_server import MODELS, TOKEN, create_app

    app = create_app(yaml.safe_load(_GIVEN.read_text("utf-8")))
    return contracts.check(app, models=MODELS, token=TOKEN, seed=seed, bundled_overlay=False)


def _variations() -> Iterator[Report]:
    from tests.contracts.flaws.harmless import VARIATIONS
    from tests.contracts.flaws.server import serve
    from tests.contracts.flaws.verdict import check

    for variation in VARIATIONS:
        for operation in variation.operations:
            for seed in range(3):
                yield check(serve(variation), (operation,), seed)


def _measured(name: str, reports: list[Report], seconds: float) -> Measurement:
    found = [each for report in reports for each in report.findings if each.severity not in _QUIET]
    requests = sum(report.requests for report in reports)
    detail = f"{len(reports)} runs, {requests} requests, {seconds:.0f} s"
    return Measurement(name, len(found), "", 0, "; ".join([detail, *dict.fromkeys(map(_briefly, found))]))


def _briefly(finding: Finding) -> str:
    return f"{finding.check} on {finding.operation}{finding.where}: {finding.came[:60]} (seed {finding.seed})"


def main() -> int:
    """Print what was found; returns 1 when it is anything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.silence", description=__doc__)
    known = ", ".join([*servers(), "harmless"])
    parser.add_argument("only", nargs="*", metavar="SERVER", help=f"some of: {known}")
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds, from 0 on")
    arguments = parser.parse_args()
    for name in arguments.only:
        if name not in (*servers(), "harmless"):
            parser.error(f"no server {name!r}; there are {known}")
    alarms = 0.0
    for each in false_alarms(tuple(arguments.only), arguments.seeds):
        print(f"{each.name}: {each.value:g}; {each.detail}", flush=True)
        alarms += each.value
    return 1 if alarms else 0


if __name__ == "__main__":
    sys.exit(main())
