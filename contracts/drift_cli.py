"""The command `drift`. Like `check` it may start a mock: where A or B is the word `mock`."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.cli import MISSING, Amount, Command, make_mock, names
from contracts.console import Console, ConsoleReporter
from contracts.events import RunFinished, RunStarted
from contracts.findings import Severity
from contracts.limits import ANSWER_SECONDS, MOST_REQUESTS, Limits
from contracts.listeners import Listeners
from contracts.printable import as_json
from contracts.reporters import make_reporter
from mockserver.errors import UsageError

if TYPE_CHECKING:
    from contracts.drift.runs import Run
    from contracts.plan import Plan
    from contracts.target import ASGIApp

MOCK = "mock"
"""The word that stands for the mock, in this process."""


@click.command("drift", cls=Command)
@click.argument("a")
@click.argument("b")
@click.option("--spec", metavar="SPEC", help="OpenAPI document to hold both against; default: the bundled one.")
@click.option("--overlay", "overlays", multiple=True, metavar="FILE", help="OpenAPI Overlay, applied last; repeatable.")
@click.option("--no-overlay", is_flag=True, help="Leave the bundled document as it came.")
@click.option("--token", metavar="TOKEN", help="API token for URLs; default: CLOUDFLARE_API_TOKEN, else the mock's.")
@click.option("--account", metavar="ID", help="Account id for URLs; default: CLOUDFLARE_ACCOUNT_ID, else the mock's.")
@click.option("--operations", callback=names, metavar="A,B", help="Only these operation ids.")
@click.option("--models", callback=names, metavar="A,B", help="Only these models, where no record says what is sent.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed sends the same requests.")
@click.option("--quick", is_flag=True, help="Few requests of each operation, of the kit's own cases only.")
@click.option("--own-only", is_flag=True, help="The kit's own cases only, without generated ones.")
@click.option(
    "--max-requests", type=click.IntRange(1), default=MOST_REQUESTS, show_default=True, metavar="N",
    help="Send at most so many requests to each.",
)  # fmt: skip
@click.option(
    "--max-time", type=Amount(0, min_open=True), metavar="SECONDS", help="Send for so long to each; default: no limit."
)
@click.option(
    "--rate", type=Amount(0, min_open=True), metavar="N", help="Requests a second, at most; default: no limit."
)
@click.option("--max-neurons", type=Amount(0), metavar="N", help="Spend at most so much at each; default: no limit.")
@click.option(
    "--timeout", type=Amount(0, min_open=True), default=ANSWER_SECONDS, show_default=True, metavar="SECONDS",
    help="Wait so long for an answer, and for the end of it.",
)  # fmt: skip
@click.option(
    "--overlay-out", type=click.Path(path_type=Path), metavar="FILE",
    help="Write an overlay that brings the contract up to what was seen, for you to review.",
)  # fmt: skip
@click.option(
    "--report", "reports", multiple=True, metavar="FORMAT=PATH",
    help="Write a report: github, html, json, junit, markdown, sarif, text; repeatable, - is standard output.",
)  # fmt: skip
@click.option(
    "--fail-on", type=click.Choice([severity.value for severity in Severity]), default=Severity.LAX.value,
    help="Differences of this severity or a worse one end with 1; default: lax.",
)  # fmt: skip
def drift_command(
    a: str,
    b: str,
    spec: str | None,
    overlays: tuple[str, ...],
    no_overlay: bool,
    token: str | None,
    account: str | None,
    operations: list[str],
    models: list[str],
    seed: int,
    quick: bool,
    own_only: bool,
    max_requests: int,
    max_time: float | None,
    rate: float | None,
    max_neurons: float | None,
    timeout: float,
    overlay_out: Path | None,
    reports: tuple[str, ...],
    fail_on: str,
) -> None:
    """Compare two runs of the same cases with each other and with the contract: who moved, and whose turn is it?

    A and B are records (check --record FILE), addresses of services, or the word "mock". The cases of a record are
    sent again to an address; two addresses are sent the same cases.

    Exit codes: 0 no drift that --fail-on names, 1 such drift, 2 usage, 3 could not look (unreachable, no case in
    common, or an operation of which nothing came back from both).
    """
    if importlib.util.find_spec("schemathesis") is None:
        raise UsageError(MISSING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # libraries speak to developers, this command to users
        from contracts.baseline import write_each_once
        from contracts.drift import drift
        from contracts.drift.runs import only
        from contracts.kit import Kit
        from contracts.plan import plan
        from contracts.records import digest_of, is_record, read_record
        from mockserver.effective import effective

        contract = effective(spec, overlays=overlays, bundled_overlay=not no_overlay)
        reporters = [
            ConsoleReporter(Console(stderr=any(text.endswith("=-") for text in reports)), drift=True),
            *(make_reporter(text, Kit().reporters) for text in reports),
        ]
        if any(text.partition("=")[0] == "har" for text in reports):
            raise UsageError("drift has no archive of its own; check --report har=FILE writes one of a run")
        write_each_once([overlay_out, *(text.partition("=")[2] for text in reports)], [a, b, spec, *overlays])
        limits = Limits(max_requests, max_time, rate, max_neurons, timeout)

        def planned(place: str) -> Plan:
            target: str | ASGIApp = place
            key = token
            if place == MOCK:
                from mockserver.asgi import create_app

                mock = make_mock(spec, overlays, no_overlay, token)
                target, key = create_app(mock), mock.token
            return plan(
                target, contract=contract, token=key, account=account, operations=operations,
                models=models, seed=seed, quick=quick, own_only=own_only, limits=limits,
            )  # fmt: skip

        def recorded(place: str) -> Run | None:
            from contracts.drift.runs import Run

            if not is_record(place):
                return None
            record = read_record(place)
            if record.header.digest != digest_of(contract):
                click.echo(
                    f"mockflare: {place} was recorded with another contract than the one it is held against", err=True
                )
            if record.cut:
                click.echo(f"mockflare: {record.cut}", err=True)
            return only(Run(record.header.target, record.header.base_url, record.exchanges), operations)

        for place in (a, b):
            _known(place)
        run_a, run_b = recorded(a), recorded(b)
        plans = {place: planned(place) for place, run in ((a, run_a), (b, run_b)) if run is None}
        world = (plans[a] if run_a is None else plans[b] if run_b is None else planned(MOCK)).world
        if overlay_out is not None:
            _prepare(overlay_out)
        with Listeners(reporters) as listeners:
            one, other = (plans[place].redactor.text(place) if place in plans else place for place in (a, b))
            reporters[0].handle(RunStarted(f"A ({one}) against B ({other})", contract.title, seed, tuple(operations)))
            run_a, run_b = _sent(run_a, plans.get(a), run_b, plans.get(b))
            result = drift(run_a, run_b, world, overlay=overlay_out is not None)
            report = replace(result.report, fail_on=Severity(fail_on))
            listeners.handle(RunFinished(report))
    if overlay_out is not None:
        _write(overlay_out, result.overlay)
    sys.exit(report.exit_code)


def _sent(a: Run | None, plan_a: Plan | None, b: Run | None, plan_b: Plan | None) -> tuple[Run, Run]:
    """Return both runs, having sent what no record holds."""
    from contracts.drift.runs import send_again, send_plan

    if a is None and b is None:
        assert plan_a is not None
        a = send_plan(plan_a)
    if a is None:
        assert plan_a is not None
        assert b is not None
        a = send_again(b, plan_a)
    if b is None:
        assert plan_b is not None
        b = send_again(a, plan_b)
    return a, b


def _known(place: str) -> None:
    """Raise UsageError for what is neither a record, nor an address, nor the mock."""
    from contracts.records import is_record

    if place != MOCK and not place.startswith(("http://", "https://")) and not is_record(place):
        found = "is no record" if Path(place).exists() else "does not exist"
        raise UsageError(
            f"{place} {found}; a record (mockflare check --record FILE), an address like https://host/client/v4 "
            f"or the word {MOCK} would be right"
        )


def _prepare(path: Path) -> None:
    """Raise UsageError, before anything is sent, where the overlay could not be written; leave no file."""
    is_new = not path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
        if is_new:
            path.unlink()
    except OSError as error:
        raise UsageError(f"the overlay {path} cannot be written: {error.strerror or error}") from None


def _write(path: Path, overlay: object) -> None:
    if overlay is None:
        click.echo("the contract allows everything that was seen: no overlay is written", err=True)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_json(overlay), "utf-8")
    except OSError as error:
        raise UsageError(f"the overlay {path} cannot be written: {error.strerror or error}") from None
