"""The command says on the terminal, in files and by its exit code what a run found."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from contracts import cli

Address = Callable[[Any], str]


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.check_command, [str(argument) for argument in arguments])


def test_a_clean_run_ends_with_zero(notes_file: Path, notes_app: Any, token: str, serve: Address) -> None:
    result = invoke(serve(notes_app()), "--spec", notes_file, "--token", token, "--quick")

    assert 0 == result.exit_code, result.output
    assert "clean: 0 findings" in result.stdout
    assert "" == result.stderr


def test_the_mock_of_any_document_is_clean(notes_file: Path) -> None:
    """It asks for credentials and cannot know what they are worth: wrong ones are not sent."""
    result = invoke("--spec", notes_file, "--quick")

    assert 0 == result.exit_code, result.output
    assert "clean: 0 findings" in result.stdout


def test_findings_end_with_one_and_are_shown(notes_file: Path, notes_app: Any, token: str, serve: Address) -> None:
    address = serve(notes_app("wrong type"))

    result = invoke(address, "--spec", notes_file, "--token", token, "--quick", "--operations", "readNote")

    assert 1 == result.exit_code
    for line in (
        "readNote",
        "  breaking response_body at /id",
        '    promised type: "integer"',
        "        seed 0",
        f'    curl -X GET "{address}/v1/notes/',
        '-H "Authorization: Bearer $CLOUDFLARE_API_TOKEN"',
        "findings: 1 finding",
    ):
        assert line in result.stdout
    assert token not in result.output


def test_reports_are_files_that_parse(
    tmp_path: Path, notes_file: Path, notes_app: Any, token: str, serve: Address
) -> None:
    junit, report = tmp_path / "reports" / "junit.xml", tmp_path / "report.json"
    address = serve(notes_app("echoes the token"))

    invoke(
        address, "--spec", notes_file, "--token", token, "--quick",
        "--report", f"junit={junit}", "--report", f"json={report}",
    )  # fmt: skip

    root = ElementTree.parse(junit).getroot()
    content = json.loads(report.read_text("utf-8"))
    assert ["createNote", "readNote", "say"] == [suite.get("name") for suite in root]
    assert content["requests"] == sum(each["requests"] for each in content["operations"])
    assert token not in junit.read_text("utf-8") + report.read_text("utf-8")


def test_a_failure_is_a_failure_in_junit(
    tmp_path: Path, notes_file: Path, notes_app: Any, token: str, serve: Address
) -> None:
    junit = tmp_path / "junit.xml"

    invoke(
        serve(notes_app("bad event")), "--spec", notes_file, "--token", token, "--operations", "say",
        "--report", f"junit={junit}",
    )  # fmt: skip

    root = ElementTree.parse(junit).getroot()
    case = root.find("testsuite/testcase[@name='event_schema']")
    assert case is not None
    failure = case.find("failure")
    assert failure is not None
    assert "say at /word" in str(failure.get("message"))
    assert "curl -X POST" in str(failure.text)
    assert "1" == root.get("failures")


def test_what_could_not_be_reached_ends_with_three(tmp_path: Path, notes_file: Path) -> None:
    junit = tmp_path / "junit.xml"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    result = invoke(f"http://127.0.0.1:{port}", "--spec", notes_file, "--report", f"junit={junit}")

    assert 3 == result.exit_code
    assert "cannot be reached" in result.stdout
    assert ElementTree.parse(junit).find(".//testcase[@name='could not look']/error") is not None


def test_severities_that_do_not_count_let_a_run_pass(
    tmp_path: Path, notes_file: Path, notes_app: Any, token: str, serve: Address
) -> None:
    """Every report says what the exit code says."""
    address = serve(notes_app("negative data accepted"))
    arguments = (address, "--spec", notes_file, "--token", token, "--operations", "createNote")
    reports = [f"--report={name}={tmp_path / name}" for name in ("json", "junit", "markdown")]

    assert 1 == invoke(*arguments).exit_code
    assert 0 == invoke(*arguments, "--fail-on", "breaking", *reports).exit_code
    told = json.loads((tmp_path / "json").read_text("utf-8"))
    assert ("clean", 0, "breaking") == (told["outcome"], told["exit_code"], told["fail_on"])
    assert told["findings"]
    assert "0" == ElementTree.parse(tmp_path / "junit").getroot().get("failures")
    assert "✅ clean" in (tmp_path / "markdown").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--operations", "createChatCompletions"), "did you mean 'createChatCompletion'"),
        (("--models", "@cf/meta/llama-3.1-8b-instruct-fp9"), "did you mean '@cf/meta/llama-3.1-8b-instruct-fp8'"),
        (("--models", "bge-smal"), "did you mean '@cf/baai/bge-small-en-v1.5'"),
        (("--operations", " , "), "--operations names nothing"),
        (("--models", ""), "--models names nothing"),
        (
            ("--operations", "searchModels,createChatCompletion", "--models", "@cf/baai/bge-m3"),
            "createChatCompletion takes other models, not @cf/baai/bge-m3",
        ),
        (
            ("--operations", "run-cf-baai-bge-base-en-v1-5", "--models", "@cf/baai/bge-m3"),
            "run-cf-baai-bge-base-en-v1-5 asks @cf/baai/bge-base-en-v1.5, not @cf/baai/bge-m3",
        ),
        (("--max-time", "soon"), "'--max-time': 'soon' is not a valid number"),
        (("--max-time", "nan"), "'--max-time': nan is no number"),
        (("--max-neurons", "nan"), "'--max-neurons': nan is no number"),
        (("--rate", "inf"), "'--rate': inf is no number"),
        (("--record", "a", "--report", "json=./a"), "a would be written twice"),
        (("--overlay", "a.yml", "--accept", "./a.yml"), "a.yml is read by this run and would be written over"),
        (("--report", "junits=a.xml"), "unknown report format 'junits'; did you mean 'junit'"),
        (("--report", "junit"), "FORMAT=PATH like junit=report.xml would be right"),
        (("--spec", "nowhere.yml"), "nowhere.yml: no such file"),
        (("--record", "a.ndjson", "--baseline", "a.ndjson"), "a.ndjson is what this run is compared with"),
        (("not-an-address",), "'not-an-address' is not a target"),
        (("http://127.0.0.1:9/client/v4/accounts/feed/ai/v1",), "http://127.0.0.1:9/client/v4 would be right"),
    ],
)
def test_wrong_use_is_one_line_and_ends_with_two(arguments: tuple[str, ...], message: str) -> None:
    address = ("http://127.0.0.1:9",) if arguments[0].startswith("--") else ()

    result = invoke(*address, *arguments)

    assert 2 == result.exit_code
    assert message in result.stderr
    assert 1 == len(result.stderr.splitlines())
    assert "" == result.stdout
    assert "feed" not in result.stderr


def test_the_mock_in_process_is_the_one_that_file_and_environment_describe(
    tmp_path: Path, notes_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mockflare.toml").write_text(f"spec = {json.dumps(str(notes_file))}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOCKFLARE_TOKENS", "of-the-environment")
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "of-another-place")

    result = invoke("--quick", "--operations", "createNote")

    assert result.stdout.startswith("Notes at in process: 1 operation")
    assert "1 of 1 operation seen working" in result.stdout


def test_the_extra_is_asked_for_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.importlib.util, "find_spec", lambda name: None)

    result = invoke("http://127.0.0.1:9")

    assert 2 == result.exit_code
    assert "mockflare: mockflare check needs the extra: pip install 'mockflare[contracts]'\n" == result.stderr


def test_a_report_on_standard_output_is_alone_there(
    notes_file: Path, notes_app: Any, token: str, serve: Address
) -> None:
    """What a pipe reads is the report; people read the rest on stderr."""
    result = invoke(
        serve(notes_app()), "--spec", notes_file, "--token", token, "--own-only", "--operations", "readNote",
        "--report", "json=-",
    )  # fmt: skip

    assert "clean" == json.loads(result.stdout)["outcome"]
    assert "clean: 0 findings" in result.stderr
