"""Every format says what a run found, parses as what it claims to be, and holds no credentials."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from starlette.requests import Request as Asked
from starlette.responses import Response as Said

from contracts.events import Event, ExchangeDone
from contracts.exchanges import Exchange, Intent, NoAnswer, Request, Response
from contracts.findings import Finding, Severity
from contracts.plan import plan
from contracts.records import Recorder, header_of
from contracts.report import Applied, Looked, Report
from contracts.reporters import builtin, make_reporter
from contracts.reporters.archive import ArchiveReporter
from contracts.reporters.github import render_github
from contracts.reporters.junit import render_junit
from contracts.reporters.markdown import render_markdown
from contracts.reporters.page import render_page
from contracts.reporters.sarif import render_sarif
from contracts.reporters.text import render_text
from contracts.reporters.wording import in_groups
from contracts.run import run, tell
from mockserver import Mock, create_app
from mockserver.errors import UsageError

NASTY = 'came <script>alert("1")</script> & %0A::error::no\n| `x` | \x00 \ud800'
FINDING = Finding(
    "response_body", Severity.BREAKING, "createNote", 'type: "integer"', NASTY, "curl -X GET \"http://h/%41\" # ``` '",
    7, "/data/*/id", 3, "document", "document", "a small <valid> request", "smoke", 2, 3,
)  # fmt: skip
ADDED = Finding("extra", Severity.ADDITIVE, "say", "no member", "a member", "curl x", 7, kind="additive")
REPORT = Report(
    "http://h/v1", "Notes", 7, (FINDING, ADDED),
    (
        Looked("createNote", 5, 3, 0, (Applied("response_body", 5, 3), Applied("whole_answer", 5, 0))),
        Looked("say", 1, 0, 1, (), "limits: too many requests"),
    ),
    not_checked=("event_stream",),
)  # fmt: skip


# each format --------------------------------------------------------------------------------------------------------


def test_junit_fails_what_fails_a_run() -> None:
    """A breaking finding is a failure, an additive one is noted, and what was not seen working is an error."""
    root = ElementTree.fromstring(render_junit(REPORT))

    assert ("1", "1") == (root.get("failures"), root.get("errors"))
    failure = root.find("testsuite[@name='createNote']/testcase[@name='response_body']/failure")
    assert failure is not None
    assert "seed 7, 3 times, shown in 2 of 3 tries" in str(failure.text)
    noted = root.find("testsuite[@name='say']/testcase[@name='extra']/system-out")
    assert noted is not None
    assert "additive: say: promised no member" in str(noted.text)


@pytest.mark.parametrize(("severity", "failures"), [("breaking", 1), ("lax", 1), ("additive", 2)])
def test_junit_fails_what_the_run_is_told_to_fail_on(severity: str, failures: int) -> None:
    import dataclasses

    told = dataclasses.replace(REPORT, fail_on=Severity(severity))

    assert str(failures) == ElementTree.fromstring(render_junit(told)).get("failures")


@pytest.mark.parametrize("stopped", [None, "broken off"])
def test_junit_counts_what_every_suite_holds(stopped: str | None) -> None:
    """Readers that hold to a schema ask for the counts of each suite, also where nothing could be looked at."""
    import dataclasses

    root = ElementTree.fromstring(render_junit(dataclasses.replace(REPORT, target="http://h/\x00", stopped=stopped)))

    assert 3 - (stopped is None) == len(root)
    for suite in root:
        counts = {"tests": "testcase", "failures": "testcase[failure]", "errors": ".//error", "skipped": ".//skipped"}
        assert {name: str(len(suite.findall(path))) for name, path in counts.items()} == {
            name: suite.get(name) for name in counts
        }


def test_junit_has_a_case_for_what_was_compared_without_a_difference() -> None:
    """Some readers take a file without a case for a run that did not happen."""
    told = Report("A against B", "Notes", 7, (), (Looked("say", 4, 4, 0),), command="drift")

    (suite,) = ElementTree.fromstring(render_junit(told))

    assert ("1", "drift") == (suite.get("tests"), suite[0].get("name"))
    assert 0 == len(suite[0])


def test_sarif_has_the_members_that_scanners_need() -> None:
    """Each result names a rule of the run, a level, a location with a file, and a fingerprint."""
    (made,) = json.loads(render_sarif(REPORT))["runs"]

    rules = made["tool"]["driver"]["rules"]
    assert ["error", "note"] == [each["level"] for each in made["results"]]
    for result in made["results"]:
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"].startswith("operations/")
        assert re.fullmatch("[0-9a-f]{16}", result["partialFingerprints"]["mockflare/v1"])
    assert [["document"], ["additive"]] == [each["properties"]["tags"] for each in rules]
    assert "A JSON body is valid" in rules[0]["shortDescription"]["text"]
    (notified,) = made["invocations"][0]["toolExecutionNotifications"]
    assert "say: not seen working" in notified["message"]["text"]


def test_a_fingerprint_outlives_seed_and_values() -> None:
    """The same breach found with another seed, by another request, is the same result."""
    import dataclasses

    other = dataclasses.replace(FINDING, seed=8, came="x", request="curl y", times=1)
    again = dataclasses.replace(REPORT, findings=(other,))

    prints = [
        json.loads(render_sarif(each))["runs"][0]["results"][0]["partialFingerprints"] for each in (REPORT, again)
    ]
    assert prints[0] == prints[1]


def test_github_commands_are_one_line_each() -> None:
    """Whatever a service answers, it writes no command of its own."""
    lines = render_github(REPORT).splitlines()

    assert ["::error ", "::notice ", "::warning "] == [str(re.match("::[a-z]+ ", line)[0]) for line in lines]  # type: ignore[index]
    assert "%0A%3A%3Aerror" not in lines[0]
    assert "%250A::error::no%0A" in lines[0]
    assert "title=response_body%3A createNote::" in lines[0]


def test_markdown_holds_its_table_and_fence() -> None:
    """What came breaks neither the table nor the fence around the command, and is no HTML."""
    text = render_markdown(REPORT)

    assert text.startswith("## mockflare check: ❌ findings\n")
    assert "<script>" not in text
    row = next(line for line in text.splitlines() if line.startswith("| came |"))
    assert 3 == len(re.findall(r"(?<!\\)\|", row))
    assert "\n````sh\n" in text
    assert "| say | limits: too many requests |" in text


def test_markdown_calls_nobody() -> None:
    """`@cf/baai/bge-m3`, or whom a server names, is code: outside of it a comment would tell that person."""
    import dataclasses

    found = dataclasses.replace(FINDING, promised="the model @cf/a_b/c-1.5", came="hi @someone, a_b")
    text = render_markdown(dataclasses.replace(REPORT, findings=(found,)))

    assert "the model <code>@cf/a_b/c-1.5</code></summary>" in text
    assert "| promised | the model `@cf/a_b/c-1.5` (document) |" in text
    assert r"| came | hi `@someone`, a\_b |" in text


def test_markdown_stays_below_what_a_summary_may_have() -> None:
    """A summary above a mebibyte is not shown at all; what is left out is counted."""
    import dataclasses

    long = dataclasses.replace(FINDING, request="curl " + "é" * 20_000)
    text = render_markdown(dataclasses.replace(REPORT, findings=(long,) * 60))

    assert 500_000 < len(text.encode("utf-8", "backslashreplace")) < 2**20
    assert text.count("<details>") + int(re.findall(r"… and (\d+) findings more", text)[0]) == 60
    assert 1 == text.count("### createNote")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [str(value) for name, value in attrs if name in ("src", "href", "srcset", "data")]


def test_the_page_needs_nothing_else() -> None:
    """No script, nothing loaded, and nothing that came is markup."""
    text = render_page(REPORT)
    page = _Page()
    page.feed(text)

    assert [] == page.loads
    assert "script" not in page.tags
    assert 2 == page.tags.count("details")
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import", text)
    assert "&lt;script&gt;" in text


def test_the_text_is_what_a_failing_test_shows() -> None:
    text = render_text(REPORT)

    assert "  breaking response_body at /data/*/id (in 2 of 3 tries)\n" in text
    assert text.endswith("1 of 2 operations seen working, seed 7\n")


def test_the_worst_operation_comes_first() -> None:
    assert ["createNote", "say"] == [each.operation for each in in_groups([ADDED, FINDING])]


def test_an_archive_holds_every_exchange(tmp_path: Path) -> None:
    """Text is text, bytes are base64, a request without an answer has status 0 and says why."""
    path = tmp_path / "run.har"
    reporter = ArchiveReporter(path, lambda: datetime(2030, 1, 1, tzinfo=UTC))
    request = Request(
        "POST", "http://h/v1/notes?a=b&c=", (("Content-Type", "application/json"),), b'{"title": "\xc3\xa9"}'
    )
    picture = Response(200, (("content-type", "image/png"),), b"\x89PNG", first_byte=0.25, seconds=1.0)
    events: Sequence[Event] = (
        ExchangeDone(Exchange(1, "createNote", "smoke", Intent.VALID, request, picture), ("response_body",)),
        ExchangeDone(
            Exchange(2, "createNote", "smoke", Intent.VALID, request, None, no_answer=NoAnswer.DROPPED, reason="why")
        ),
    )

    reporter.start()
    for event in events:
        reporter.handle(event)
    reporter.finish()

    first, second = json.loads(path.read_text("utf-8"))["log"]["entries"]
    assert '{"title": "é"}' == first["request"]["postData"]["text"]
    assert [{"name": "a", "value": "b"}, {"name": "c", "value": ""}] == first["request"]["queryString"]
    assert b"\x89PNG" == base64.b64decode(first["response"]["content"]["text"])
    assert {"send": 0, "wait": 250.0, "receive": 750.0} == first["timings"]
    assert "2029-12-31T23:59:59.000+00:00" == first["startedDateTime"]
    assert "createNote, smoke; failed response_body" == first["comment"]
    assert (0, NoAnswer.DROPPED.value) == (second["response"]["status"], second["response"]["_error"])


def test_the_terminal_shows_how_it_goes_on() -> None:
    """While a run lasts: requests, failed checks, refusals, phase and operation; nothing of it stays."""
    from io import StringIO

    from contracts.console import Console, ConsoleReporter
    from contracts.events import RunFinished, RunStarted

    said = StringIO()
    reporter = ConsoleReporter(Console(file=said, force_terminal=True, width=200, color_system=None))
    exchange = Exchange(12, "say", "streams", Intent.VALID, Request("GET", "http://h"), None)
    reporter.handle(RunStarted("http://h", "Notes", 7, ("say",)))
    reporter.handle(ExchangeDone(exchange, ("usage-sum",)))
    reporter.handle(ExchangeDone(exchange, ("usage-sum",), "limits"))
    assert reporter._progress is not None
    (task,) = reporter._progress.tasks
    reporter.handle(RunFinished(REPORT))

    assert "12 requests, [red]1 failed check[/], [yellow]1 refused for now[/], streams: say" == task.description
    assert reporter._progress is None
    lines = said.getvalue().splitlines()
    for line in (
        "createNote",
        '    promised type: "integer" (document)',
        "        sent a small <valid> request (smoke)",
    ):
        assert line in [each.rstrip() for each in lines]


@pytest.mark.parametrize(
    ("told", "variables"),
    [
        ("the commands read $CLOUDFLARE_API_TOKEN and $CLOUDFLARE_ACCOUNT_ID, not set here; a mock takes", ()),
        ("the commands read $CLOUDFLARE_ACCOUNT_ID, not set here; a mock takes", ("CLOUDFLARE_API_TOKEN",)),
        ("", ("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID")),
    ],
)
def test_the_terminal_says_what_the_commands_need(
    told: str, variables: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that is pasted into a shell without token and account would only show how strangers are refused."""
    import dataclasses
    from io import StringIO

    from contracts.console import Console, ConsoleReporter
    from contracts.events import RunFinished

    for name in ("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID"):
        monkeypatch.delenv(name, raising=False)
    for name in variables:
        monkeypatch.setenv(name, "x")
    found = dataclasses.replace(FINDING, request='curl "http://h/$CLOUDFLARE_ACCOUNT_ID" -H "A: $CLOUDFLARE_API_TOKEN"')
    said = StringIO()

    ConsoleReporter(Console(file=said)).handle(RunFinished(dataclasses.replace(REPORT, findings=(found,))))

    (line,) = [line for line in said.getvalue().splitlines() if line.startswith("the commands")] or [""]
    assert bool(told) == bool(line)
    assert line.startswith(told)


# paths --------------------------------------------------------------------------------------------------------------


def test_a_summary_is_appended_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`markdown` alone goes to the file of the workflow step, behind what earlier steps wrote."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", "utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    report_to(make_reporter("markdown", builtin()))

    assert summary.read_text("utf-8").startswith("before\n## mockflare check")


def test_annotations_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    report_to(make_reporter("github", builtin()))

    assert capsys.readouterr().out.startswith("::error title=")


@pytest.mark.parametrize("text", ["markdown", "junit", "junit=", "=x"])
def test_a_report_without_a_file_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)

    with pytest.raises(UsageError):
        make_reporter(text, builtin())


@pytest.mark.parametrize("name", sorted(builtin()))
def test_a_path_that_cannot_be_written_fails_before_the_run(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    with pytest.raises(UsageError, match="cannot be written"):
        builtin()[name](tmp_path / "file" / "report").start()


def report_to(reporter: Any) -> None:
    from contracts.events import RunFinished

    reporter.start()
    reporter.handle(RunFinished(REPORT))
    reporter.finish()


# credentials --------------------------------------------------------------------------------------------------------

TOKEN = "tok/en+of the=tests-8J7n"
ACCOUNT = "feedfacefeedfacefeedfacefeedface"


def leaking(app: Any) -> Callable[..., Any]:
    """Return an application that repeats token and account wherever an answer has room."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        asked = Asked(scope, receive)
        said = f"{asked.headers.get('authorization')} {asked.url.path} {TOKEN} {ACCOUNT}"
        forms = [said, *_forms(TOKEN), *_forms(ACCOUNT)]
        content = json.dumps({"data": forms, TOKEN: ACCOUNT, "model": said}).encode()
        headers = {"x-echo": said, "location": f"/accounts/{ACCOUNT}?t={quote(TOKEN, safe='')}", "set-cookie": TOKEN}
        if "wrong" not in said and asked.url.path.endswith("embeddings"):
            content += b"\xff\x00" + TOKEN.encode()  # bytes that are no text
        await Said(content, 200, headers, "application/json")(scope, receive, send)

    return answer


def test_credentials_reach_no_file(tmp_path: Path) -> None:
    """Neither token nor account is in the bytes of any report or of the record, in no usual form."""
    planned = plan(
        leaking(None), token=TOKEN, account=ACCOUNT, own_only=True, quick=True,
        operations=["createEmbeddings", "createChatCompletion"],
    )  # fmt: skip
    reporters = [builtin()[name](tmp_path / name) for name in builtin()]
    listening = [*reporters, Recorder(tmp_path / "record", header_of(planned))]

    def listen(event: Event) -> None:
        for each in listening:
            each.handle(event)

    for each in listening:
        each.start()
    report = tell(run(planned), listen)
    for each in listening:
        each.finish()

    assert report.findings
    secrets = [form for text in (TOKEN, ACCOUNT) for form in _forms(text)]
    assert len(builtin()) + 1 == len(list(tmp_path.iterdir()))
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert content
        assert [] == [secret for secret in secrets if secret.encode() in content], path.name
        for encoded in re.findall(rb'"(?:base64|text)": ?"([A-Za-z0-9+/=]{16,})"', content):
            decoded = base64.b64decode(encoded + b"=" * (-len(encoded) % 4))
            assert [] == [secret for secret in secrets if secret.encode() in decoded], path.name


def _forms(secret: str) -> list[str]:
    quoted = quote(secret, safe="")
    encoded = base64.b64encode(secret.encode()).decode()
    cases = [secret.upper(), secret.lower(), quoted.lower(), json.dumps(secret)[1:-1], secret.replace("/", "\\/")]
    return [secret, quoted, encoded.rstrip("="), secret.encode().hex(), *cases]


def test_a_clean_run_reads_well_in_every_format(tmp_path: Path) -> None:
    """Nothing found is no empty file: each format says that the run was clean, or has its frame."""
    mock = Mock()
    planned = plan(
        create_app(mock), contract=mock.document, token=mock.token, operations=["createEmbeddings"], own_only=True,
        quick=True,
    )  # fmt: skip
    reporters = {name: builtin()[name](tmp_path / name) for name in builtin()}

    tell(run(planned), lambda event: [each.handle(event) for each in reporters.values()] and None)
    for each in reporters.values():
        each.finish()

    for name in ("html", "markdown", "text"):
        assert "clean" in (tmp_path / name).read_text("utf-8")
    assert [] == json.loads((tmp_path / "sarif").read_text("utf-8"))["runs"][0]["results"]
    assert json.loads((tmp_path / "har").read_text("utf-8"))["log"]["entries"]
