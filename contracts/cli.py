"""The command `check`, and what `drift` has in common with it. It starts a mock where no address is given."""

from __future__ import annotations

import importlib.util
import math
import sys
import warnings
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.console import Console, ConsoleReporter
from contracts.events import Event
from contracts.findings import Severity
from contracts.limits import ANSWER_SECONDS, MOST_REQUESTS, Limits
from contracts.listeners import Listeners
from contracts.report import Outcome, Report
from contracts.reporters import Reporter, make_reporter
from mockserver.errors import MockflareError, UsageError

if TYPE_CHECKING:
    from contracts.target import ASGIApp
    from mockserver.app import Mock
    from mockserver.openapi.document import Document

MISSING = "mockflare check needs the extra: pip install 'mockflare[contracts]'"


class Command(click.Command):
    """A command whose errors are one line on stderr, with an exit code of its own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments."""
        try:
            return super().parse_args(ctx, args)
        except (click.UsageError, MockflareError) as error:
            text = error.format_message() if isinstance(error, click.UsageError) else str(error)
            click.echo(f"mockflare: {' '.join(text.split())}", err=True)
            ctx.exit(int(Outcome.USAGE))

    def invoke(self, ctx: click.Context) -> None:
        """Run the command."""
        try:
            super().invoke(ctx)
        except MockflareError as error:
            click.echo(f"mockflare: {error}", err=True)
            ctx.exit(int(Outcome.USAGE))
        except KeyboardInterrupt:
            # Not click's 1, which would say "findings": whoever breaks off a run has not looked.
            click.echo("mockflare: broken off", err=True)
            ctx.exit(int(Outcome.COULD_NOT_LOOK))


class Amount(click.FloatRange):
    """A number within bounds; what is called a number and is none (nan, inf) bounds nothing."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is no number that bounds anything.", param, ctx)
        return number


def names(ctx: click.Context, param: click.Parameter, value: str | None) -> list[str]:
    """Return the names in the value of an option, with commas between them; none when it is not given.

    A value without a name, as of a variable that is not set, does not mean all: that may be dear.
    """
    found = [name.strip() for name in (value or "").split(",") if name.strip()]
    if value is not None and not found:
        raise UsageError(f"{param.opts[0]} names nothing; without the option all are meant")
    return found


@click.command("check", cls=Command)
@click.argument("url", required=False)
@click.option("--spec", metavar="SPEC", help="OpenAPI document to check against; default: the bundled Workers AI one.")
@click.option("--overlay", "overlays", multiple=True, metavar="FILE", help="OpenAPI Overlay, applied last; repeatable.")
@click.option("--no-overlay", is_flag=True, help="Leave the bundled document as it came.")
@click.option("--token", metavar="TOKEN", help="API token; default: CLOUDFLARE_API_TOKEN, else the mock's own.")
@click.option("--account", metavar="ID", help="Account id; default: CLOUDFLARE_ACCOUNT_ID, else the mock's own.")
@click.option("--operations", callback=names, metavar="A,B", help="Only these operation ids.")
@click.option(
    "--models",
    callback=names,
    metavar="A,B",
    help="Only these models, retired ones among them; default: one of each family.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed sends the same requests.")
@click.option("--quick", is_flag=True, help="Few requests of each operation, of the kit's own cases only.")
@click.option("--own-only", is_flag=True, help="The kit's own cases only, without generated ones.")
@click.option(
    "--max-requests",
    type=click.IntRange(1),
    default=MOST_REQUESTS,
    show_default=True,
    metavar="N",
    help="Send at most so many requests, a tenth of them to confirm findings.",
)
@click.option(
    "--max-time", type=Amount(0, min_open=True), metavar="SECONDS", help="Send for so long; default: no limit."
)
@click.option(
    "--rate", type=Amount(0, min_open=True), metavar="N", help="Requests a second, at most; default: no limit."
)
@click.option(
    "--max-neurons",
    type=Amount(0),
    metavar="N",
    help="Spend at most so much, by the catalogue's prices before a request and by its answer after; "
    "default: no limit.",
)
@click.option(
    "--timeout",
    type=Amount(0, min_open=True),
    default=ANSWER_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="Wait so long for an answer, and for the end of it.",
)
@click.option(
    "--use",
    "used",
    multiple=True,
    metavar="MODULE",
    help="A module or file of yours with checks, cases or report formats; repeatable.",
)
@click.option(
    "--plan", "only_plan", is_flag=True, help="Print what would be sent and what it would cost; send nothing."
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT=PATH",
    help="Write a report: github, har, html, json, junit, markdown, sarif, text, or a format of yours (--use); "
    "repeatable, - is standard output.",
)
@click.option("--record", type=click.Path(path_type=Path), metavar="FILE", help="Keep every exchange, as it comes.")
@click.option(
    "--baseline",
    "baselines",
    multiple=True,
    metavar="FILE",
    help="Report only what these do not know: JSON reports, records, accepted findings; repeatable.",
)
@click.option(
    "--accept", type=click.Path(path_type=Path), metavar="FILE", help="Write the findings to FILE as accepted ones."
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity]),
    default=Severity.LAX.value,
    help="Findings of this severity or a worse one fail the run; default: lax.",
)
def check_command(
    url: str | None,
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
    used: tuple[str, ...],
    only_plan: bool,
    reports: tuple[str, ...],
    record: Path | None,
    baselines: tuple[str, ...],
    accept: Path | None,
    fail_on: str,
) -> None:
    """Check a service against the contract.

    URL is what an SDK takes as its base (https://host/client/v4), or the origin. Without it the mock is checked,
    in this process.

    Exit codes: 0 clean, 1 findings that --fail-on names, 2 usage, 3 could not look (unreachable, unauthorised,
    broken off, nothing selected, or an operation without one successful answer).
    """
    if importlib.util.find_spec("schemathesis") is None:
        raise UsageError(MISSING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # libraries speak to developers, this command to users
        from contracts.baseline import keep_apart, prepare_accepted, read_baseline, write_each_once
        from contracts.kit import Kit
        from contracts.plan import plan
        from contracts.records import Recorder, header_of
        from contracts.run import run, tell
        from contracts.sifting import Sieve

        kit = Kit().use(used)
        reporters: list[Reporter] = [
            ConsoleReporter(Console(stderr=any(text.endswith("=-") for text in reports))),
            *(make_reporter(text, kit.reporters) for text in reports),
        ]
        keep_apart(record, baselines)
        write_each_once([record, accept, *(text.partition("=")[2] for text in reports)], [spec, *overlays, *used])
        baseline = read_baseline(baselines)
        if accept is not None and not only_plan:
            prepare_accepted(accept)
        target: str | ASGIApp
        contract: Document | None = None
        compares = True
        if url is None:
            from mockserver.asgi import create_app

            mock = make_mock(spec, overlays, no_overlay, token)
            target, contract, token = create_app(mock), mock.document, mock.token
            compares = not mock.service.follows_document  # what credentials are worth, only Workers AI's mock knows
        else:
            target = url
        planned = plan(
            target,
            spec=spec,
            contract=contract,
            overlays=overlays,
            bundled_overlay=not no_overlay,
            token=token,
            account=account,
            operations=operations,
            models=models,
            seed=seed,
            quick=quick,
            own_only=own_only,
            kit=kit,
            limits=Limits(max_requests, max_time, rate, max_neurons, timeout),
            compares_credentials=compares,
        )
        if only_plan:
            from contracts.preview import preview, render

            click.echo(render(preview(planned)))
            return

        if record is not None:
            reporters.append(Recorder(record, header_of(planned)))
        sieve = Sieve(baseline, planned.target.base_url, date.today(), accept, Severity(fail_on))
        report: Report | None = None

        with Listeners(reporters) as listeners:

            def listen(event: Event) -> None:
                nonlocal report
                event = sieve.passed(event)
                report = getattr(event, "report", None)
                listeners.handle(event)

            tell(run(planned), listen)
    assert report is not None
    sys.exit(report.exit_code)


def make_mock(spec: str | None, overlays: tuple[str, ...], no_overlay: bool, token: str | None) -> Mock:
    """Return the mock that flags, environment and configuration file describe."""
    from mockserver.app import Mock, accepted_tokens
    from mockserver.settings import Settings

    flags = {
        "spec": spec,
        "overlays": overlays or None,
        "bundled_overlay": False if no_overlay else None,
        "tokens": (token,) if token else None,
    }
    settings = Settings.load(flags)
    return Mock(replace(settings, tokens=accepted_tokens(settings)))  # named, they are compared whatever the document
