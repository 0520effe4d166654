"""The command line: `mockflare`. Its one library is click; each command imports what it needs when it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from mockserver.errors import MockflareError, UnknownName, UsageError

if TYPE_CHECKING:
    from mockserver.app import Mock


_LARGE_TEXT = 1_000_000
"""Characters of a document beyond which places in it are told by pointer alone."""


class Commands(click.Group):
    """The commands; an unknown one is answered with the nearest known one, `check` is loaded from the contract kit."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*super().list_commands(ctx), "check", "drift"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        if cmd_name == "check":
            from contracts.cli import check_command

            return check_command
        if cmd_name == "drift":
            from contracts.drift_cli import drift_command

            return drift_command
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name; raises UnknownName."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            raise UnknownName("command", name, self.list_commands(ctx))
        return super().resolve_command(ctx, args)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit: 0 done, 1 findings, 2 usage; a mistake of the user's is one line on stderr."""
    try:
        code = cli.main(arguments, standalone_mode=False)
    except MockflareError as error:
        _complain(str(error))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        code = 2
    except click.UsageError as error:
        _complain(error.format_message().replace("\n", " "))
    except click.ClickException as error:
        _complain(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        sys.stderr.close()
        code = 141
    except OSError as error:  # a full disk, a closed terminal
        _complain(f"cannot write: {error.strerror or error}")
    sys.exit(code if isinstance(code, int) else 0)


def _complain(text: str) -> None:
    click.echo(f"mockflare: {text}", err=True)
    sys.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="mockflare", prog_name="mockflare")
def cli() -> None:
    """Mock server and contract tests for Cloudflare Workers AI and any other OpenAPI document."""


def _document_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for decorate in (
        click.option("--no-overlay", is_flag=True, help="Leave the bundled document bare."),
        click.option("--artifact", "artifacts", multiple=True, metavar="FILE", help="Add a Microcks artifact."),
        click.option("--overlay", "overlays", multiple=True, metavar="FILE", help="Apply an OpenAPI Overlay."),
        click.argument("spec", required=False),
    ):
        command = decorate(command)
    return command


_switch_option = click.option(
    "--switch", "switches", multiple=True, metavar="NAME=VALUE", help="Set a named behaviour; may be repeated."
)


def _answer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for decorate in (
        _switch_option,
        click.option("--optional-fields", metavar="minimal|typical|maximal", help="Optional members that are made."),
        click.option("--array-items", metavar="N|N-M", help="How many items made arrays have."),
        click.option("--dynamic/--no-dynamic", default=None, help="Answer from schemas even where there are examples."),
        click.option("--clock", metavar="fixed|real", help="Where times in answers come from."),
        click.option(
            "--fidelity", metavar="lenient|strict|document", help="Be lenient, as the service, or as the document."
        ),
        click.option("--seed", type=int, help="Same seed and request, same bytes."),
        click.option("--no-overlay", is_flag=True, help="Leave the bundled document bare."),
        click.option("--artifact", "artifacts", multiple=True, metavar="FILE", help="Add a Microcks artifact."),
        click.option("--overlay", "overlays", multiple=True, metavar="FILE", help="Apply an OpenAPI Overlay."),
        click.option("--spec", metavar="SPEC", help="Another OpenAPI document."),
    ):
        command = decorate(command)
    return command


def _mock(flags: dict[str, Any]) -> Mock:
    from mockserver.app import Mock
    from mockserver.settings import Settings

    return Mock(Settings.load(_as_settings(flags)))


def _as_settings(flags: dict[str, Any]) -> dict[str, Any]:
    """Return flags under the names of settings; what was not given stays open for environment and file."""
    values = {name: value for name, value in flags.items() if value not in (None, ())}
    for flag, setting in (("no_overlay", "bundled_overlay"), ("no_auth", "auth")):
        if values.pop(flag, False):
            values[setting] = False
    if "switches" in values:
        from mockserver.asking import pairs

        values["switches"] = pairs(values["switches"], "--switch")
    return values


@cli.command()
@_document_options
@click.argument("beside", nargs=-1, metavar="[ARTIFACT]...")
@click.option("--host", help="Address to listen on; 127.0.0.1 unless told.")
@click.option("--port", type=int, help="Port; 8787 unless told, 0 takes a free one.")
@click.option("--seed", type=int, help="Same seed and request, same bytes.")
@click.option("--token", "tokens", multiple=True, metavar="T", help="A token to accept; may be repeated.")
@click.option("--no-auth", is_flag=True, help="Ask for no credentials.")
@click.option("--reload/--no-reload", default=None, help="Read files of your own again when they change.")
@click.option("--workers", type=int, help="Server processes.")
@click.option("--fidelity", metavar="lenient|strict|document", help="Be lenient, as the service, or as the document.")
@click.option("--clock", metavar="fixed|real", help="Where times in answers come from.")
@click.option("--ttft", type=float, metavar="MS", help="Milliseconds before a stream's first piece.")
@click.option("--tokens-per-second", type=float, metavar="N", help="Pace of a stream's pieces.")
@click.option("--max-body", type=int, metavar="BYTES", help="Largest request body.")
@click.option("--dynamic/--no-dynamic", default=None, help="Answer from schemas even where there are examples.")
@click.option("--array-items", metavar="N|N-M", help="How many items made arrays have.")
@click.option("--optional-fields", metavar="minimal|typical|maximal", help="Optional members that are made.")
@click.option("--microcks", metavar="auto|strict|off", help="How Microcks' extensions are followed.")
@click.option("--allow", multiple=True, metavar="HOST", help="A host that references and dispatchers may lead to.")
@click.option("--max-delay", type=float, metavar="MS", help="Longest time that an answer is held back.")
@_switch_option
def serve(**flags: Any) -> None:
    """Serve SPEC (by default the bundled Workers AI contract) until interrupted.

    Each ARTIFACT is an APIExamples or APIMetadata file of Microcks for it.
    """
    from mockserver.server import serve as run
    from mockserver.settings import Settings

    flags["artifacts"] = (*flags["artifacts"], *flags.pop("beside"))
    settings = Settings.load(_as_settings(flags))
    if settings.workers > 1:
        if settings.spec == "-":
            raise UsageError("standard input can be read once; with --workers the document has to be a file")
        click.echo("warning: each worker has a journal, adapters, batches, stubs and faults of its own", err=True)
    run(settings, _announce)


def _warnings(mock: Mock) -> list[str]:
    """Return what is wrong with the document that is served, each with the line where it is."""
    from mockserver.openapi.lines import Lines
    from mockserver.openapi.source import read_text

    name, found = mock.document.name, mock.document.diagnostics
    text = read_text(name) if found else ""
    if not text or len(text) > _LARGE_TEXT:  # lines take a second reading
        return [str(each) for each in found]
    lines = Lines(text, name)
    return [f"{name}:{lines.line(each.pointer)}: {each.message}" if each.pointer else each.message for each in found]


def _announce(mock: Mock, origin: str) -> None:
    from mockserver.settings import DEFAULT_TOKEN

    base = origin + next(iter(mock.document.base_paths), "")
    click.echo(f"mockflare serves {mock.document.title} at {base}")
    for warning in _warnings(mock):
        click.echo(f"warning: {warning}", err=True)
    if not mock.service.names():
        return
    from mockserver.effective import catalogue

    samples = {model.task: model.name for model in catalogue().select(status="active") if model.facts.get("sample")}
    chat, vectors = samples["Text Generation"], samples["Text Embeddings"]
    url = f"{base}/accounts/{mock.account_id}/ai/v1"
    token = mock.token if mock.token == DEFAULT_TOKEN or not mock.settings.auth else "$TOKEN"
    curl = f'curl -s {url}/chat/completions -H "Authorization: Bearer {token}"'
    key = '__import__("os").environ["TOKEN"]' if token == "$TOKEN" else f'"{token}"'
    body = '{"model": "' + chat + '", "messages": [{"role": "user", "content": "What is the origin of Hello World?"}]'
    click.echo(
        f"""
  chat     {curl} -d '{body}}}'

  stream   {curl.replace("curl -s", "curl -sN")} -d '{body}, "stream": true}}'

  Python   import openai  # pip install openai
           client = openai.OpenAI(base_url="{url}", api_key={key})
           print(client.embeddings.create(model="{vectors}", input="hello").data[0].embedding[:3])
"""
    )


@cli.command()
@click.argument("url")
@_document_options
@click.option("--errors", is_flag=True, help="Refuse what breaks the contract: 400 for a request, 502 for an answer.")
@click.option("--allow", "allowed", multiple=True, metavar="HOST", help="An address or network that URL may lead to.")
@click.option("--timeout", type=float, default=300.0, show_default=True, help="Seconds without a sign of life.")
@click.option("--no-auth", is_flag=True, help="Look for no credentials.")
@click.option("--host", help="Address to listen on; 127.0.0.1 unless told.")
@click.option("--port", type=int, help="Port; 8787 unless told, 0 takes a free one.")
def proxy(url: str, errors: bool, allowed: tuple[str, ...], timeout: float, **flags: Any) -> None:
    """Send requests on to URL, and hold both sides to the contract SPEC (by default the bundled Workers AI contract).

    What breaks it is in the header x-mockflare-violations and in the journal. URL alone is reached: no redirection is
    followed, and a name that leads into a private network needs --allow with the address or the network.
    """
    from mockserver.app import Mock
    from mockserver.egress import Gate, Limits
    from mockserver.egress.connections import Client
    from mockserver.egress.destinations import parse
    from mockserver.proxy import Proxy
    from mockserver.server import serve_app, warn
    from mockserver.settings import Settings

    if timeout <= 0:
        raise UsageError(f"--timeout is {timeout:g}; seconds greater than 0 would be right")
    destination = parse(url)
    limits = Limits(head=timeout, idle=timeout)
    gate = Gate((f"{destination.scheme}://{destination.authority}", *allowed), limits=limits)
    settings = Settings.load(_as_settings(flags))
    mock = Mock(settings)
    application = Proxy(mock, destination, Client(gate), refuses=errors)

    def announce(origin: str) -> None:
        click.echo(f"mockflare sends {origin} on to {destination}, and judges by {mock.document.title}")
        for warning in _warnings(mock):
            click.echo(f"warning: {warning}", err=True)
        mock.document.listener = warn

    serve_app(application, settings.host, settings.port, announce)


@cli.command()
@click.argument("spec", required=False)
@click.option("--overlay", "overlays", multiple=True, metavar="FILE", help="Apply an OpenAPI Overlay first.")
@click.option("--fix", metavar="OVERLAY", help="Write an overlay that mends what was found.")
@click.option("--format", "form", type=click.Choice(("text", "json", "sarif")), default="text", show_default=True)
@click.option("--fail-on", type=click.Choice(("error", "warning")), default="warning", show_default=True)
@click.option("--explain", metavar="RULE", help="Say what a rule means, and do nothing else.")
def lint(
    spec: str | None, overlays: tuple[str, ...], fix: str | None, form: str, fail_on: str, explain: str | None
) -> int:
    """Report the faults of a document, with lines. Exit 1 when there are any, or any that --fail-on names.

    Without SPEC it is the bundled upstream document as it came; --overlay looks at what is left after mending.
    """
    from importlib.metadata import version
    from pathlib import Path

    from mockserver import bundled
    from mockserver.openapi.lint import RULES, mend, reports
    from mockserver.openapi.lint import lint as find
    from mockserver.openapi.overlay import apply_overlay, parse_overlay
    from mockserver.openapi.source import dump_yaml, parse, read, read_text

    if explain:
        click.echo(reports.explain(RULES[explain]), nl=False)
        return 0
    path = os.path.relpath(spec or bundled.upstream_path())
    if path.startswith(".."):
        path = str(spec or bundled.upstream_path())
    text = read_text(path)
    content = parse(text, path)
    if not isinstance(content, dict):
        raise UsageError(f"{path}: an OpenAPI document is an object")
    for overlay in overlays:
        content = apply_overlay(content, parse_overlay(read(overlay), overlay))
    faults = find(content, text, path)
    if fix and faults:
        try:
            Path(fix).write_text(dump_yaml(mend(content, faults, Path(path).name)), "utf-8")
        except OSError as error:
            raise UsageError(f"cannot write {fix}: {error.strerror or error}") from None
        how = "" if spec else f"; it mends the bare document: --no-overlay --overlay {fix}"
        click.echo(f"{fix}: an overlay for what can be mended{how}", err=True)
    click.echo(reports.REPORTS[form](faults, RULES, version("mockflare")), nl=False)
    click.echo(f"{len(faults)} faults" if len(faults) != 1 else "1 fault", err=True)
    return 1 if any(fail_on == "warning" or fault.severity == "error" for fault in faults) else 0


@cli.command()
@_document_options
@click.option("--format", "form", type=click.Choice(("yaml", "json")), default="yaml", show_default=True)
def spec(spec: str | None, overlays: tuple[str, ...], no_overlay: bool, artifacts: tuple[str, ...], form: str) -> None:
    """Print the effective contract: document, overlays and one path per model as one OpenAPI document."""
    from mockserver.effective import effective
    from mockserver.openapi.source import dump_json, dump_yaml

    content = effective(spec, overlays=overlays, bundled_overlay=not no_overlay, artifacts=artifacts).content
    click.echo(dump_json(content) if form == "json" else dump_yaml(content), nl=False)


@cli.command()
@_document_options
def routes(spec: str | None, overlays: tuple[str, ...], no_overlay: bool, artifacts: tuple[str, ...]) -> None:
    """List the operations: method, path, operationId, who answers, media types."""
    mock = _mock({"spec": spec, "overlays": overlays, "no_overlay": no_overlay, "artifacts": artifacts})
    rows = []
    for operation in mock.document.operations.values():
        binding = mock.binding(operation)
        response = None if binding.defect else operation.response(operation.success)
        rows.append(
            (
                operation.method,
                operation.path,
                operation.id,
                f"cannot be served: {binding.defect}" if binding.defect else _who_answers(mock, operation),
                ", ".join(response.content) if response and response.content else "-",
            )
        )
    _print_table(("METHOD", "PATH", "OPERATION", "ANSWERED BY", "MEDIA TYPES"), rows)


def _who_answers(mock: Mock, operation: Any) -> str:
    authored = mock.binding(operation).authored
    if authored is not None and authored.dispatcher_name:
        return f"example by {authored.dispatcher_name}"
    if mock.binding(operation).responder is not None:
        return "responder"
    return "example" if mock.binding(operation).has_example else "generator"


@cli.command()
@click.argument("name", required=False)
@click.option("--task", help="Only models for this task, e.g. 'Text Generation'.")
@click.option("--capability", help="Only models that can do this, e.g. function_calling.")
@click.option("--all", "everything", is_flag=True, help="Retired and unlisted models as well.")
@click.option("--language", "-l", metavar="curl|python|javascript", help="Only the call to NAME, in one language.")
@click.option("--json", "as_json", is_flag=True, help="Whole records, as JSON.")
def models(
    name: str | None, task: str | None, capability: str | None, everything: bool, language: str | None, as_json: bool
) -> None:
    """List the catalogue, or show the model NAME with calls to try.

    The calls are for `mockflare serve` as it starts without options, and run as they stand:

    \b
    mockflare models aura-1 --language curl | sh
    """
    from mockserver import model_pages
    from mockserver.openapi.source import dump_json

    if name:
        if task or capability or everything:
            raise UsageError(f"--task, --capability and --all choose from the list; NAME is one model, {name!r}")
        model = model_pages.find(name)
        if language:
            click.echo(model_pages.call(model, language))
        elif as_json:
            calls = {each: model_pages.call(model, each) for each in model_pages.LANGUAGES}
            click.echo(dump_json({**model_pages.record(model), "calls": calls}), nl=False)
        else:
            click.echo(model_pages.page(model))
        return
    if language:
        raise UsageError("--language shows the call to one model; name it: mockflare models NAME --language curl")
    chosen = model_pages.choose(task, capability, everything=everything)
    if as_json:
        click.echo(dump_json([model_pages.record(each) for each in chosen]), nl=False)
        return
    _print_table(
        ("MODEL", "TASK", "STATUS", "CONTEXT", "CAPABILITIES"),
        [
            (each.name, each.task, each.status, str(each.context_window or "-"), ", ".join(sorted(each.capabilities)))
            for each in chosen
        ],
    )


@cli.command()
@click.argument("target", metavar="OPERATION_OR_MODEL")
@click.argument("body", metavar="BODY", required=False)
@click.option("--parameter", "-p", "parameters", multiple=True, metavar="NAME=VALUE", help="A path or query parameter.")
@_answer_options
def ask(target: str, body: str | None, parameters: tuple[str, ...], **flags: Any) -> int:
    """Print the answer to a request, without a server. Exit 1 when it is a refusal.

    BODY is JSON, @FILE (a picture, a recording, JSON), - for standard input, or for a model that reads text just
    words. A model may be named by the last part of its name.

    \b
    mockflare ask createEmbeddings '{"model": "@cf/baai/bge-base-en-v1.5", "input": "hello"}'
    mockflare ask llama-3.2-1b-instruct "Why is the sky blue?"
    mockflare ask whisper @speech.mp3
    """
    from mockserver import asking

    mock = _mock(flags)
    operation, known = asking.find_operation(mock, target)
    content, media_type = asking.read_body(body)
    model = known.get("model")
    if model and body and body[0] not in '{["@-':
        content = asking.in_words(mock, model, body)
    path = asking.path_of(operation.path, {**asking.pairs(parameters, "--parameter"), **known}, mock)
    response = asking.send(mock, operation.method, path, content, media_type)
    sys.stdout.buffer.write(b"".join(response.frames) if response.frames is not None else response.body)
    if response.frames is None and not response.body.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.flush()
    return 0 if response.status < 400 else 1


@cli.command()
@click.argument("method")
@click.argument("path")
@click.argument("body", metavar="BODY", required=False)
@_answer_options
def explain(method: str, path: str, body: str | None, **flags: Any) -> int:
    """Print every decision on the way to an answer. BODY is JSON, @FILE, or - for standard input."""
    from mockserver import asking

    mock = _mock(flags)
    response = asking.send(mock, method.upper(), path, *asking.read_body(body))
    exchange = mock.journal[-1]
    for number, note in enumerate(exchange.notes, 1):
        click.echo(f"{number:2}. {note}")
    for warning in exchange.warnings:
        click.echo(f"    warning: {warning}")
    click.echo(f"{response.status} by {exchange.source}")
    for name, value in response.headers:
        click.echo(f"    {name.decode()}: {value.decode()}")
    said = b"".join(response.frames) if response.frames is not None else response.body
    text = said.decode("utf-8", "replace")
    click.echo(text if len(text) <= 2000 else f"{text[:2000]}… ({len(said)} bytes)")
    return 0


def _print_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
