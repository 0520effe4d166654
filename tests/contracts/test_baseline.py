"""With a baseline only what is new is reported, and acceptances end when they say so."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import contracts
from contracts import cli
from contracts.baseline import Accepted, Baseline, prepare_accepted, read_baseline, write_accepted
from contracts.events import ExchangeDone, RunFinished
from contracts.exchanges import Chunk, Exchange, Intent, Request, Response
from contracts.findings import Finding, Severity
from contracts.pace import FEWEST, Stopwatch, slower, timings_of
from contracts.records import Header, Recorder, read_record
from contracts.report import Applied, Looked, Report
from contracts.reporters.json_file import render_json
from contracts.sifting import Sieve
from mockserver.errors import UsageError
from mockserver.openapi.document import Document

TODAY = date(2030, 6, 1)


def finding(operation: str = "say", check: str = "usage-sum", where: str = "/usage", came: str = "4") -> Finding:
    return Finding(check, Severity.BREAKING, operation, "3", came, "curl x", 0, where)


def report(*findings: Finding) -> Report:
    looked = Looked("say", 1, 1, 0, (Applied("usage-sum", 1, 1),))
    return Report("http://h", "Notes", 0, findings, (looked,))


def baseline(tmp_path: Path, text: str) -> Baseline:
    path = tmp_path / "accepted.yml"
    path.write_text(text, "utf-8")
    return read_baseline([path])


# what is known ------------------------------------------------------------------------------------------------------


def test_only_what_is_new_is_reported(tmp_path: Path) -> None:
    """A report knows its findings by operation, check and place; other values are no other finding."""
    (tmp_path / "before.json").write_text(render_json(report(finding())), "utf-8")

    sifted = read_baseline([tmp_path / "before.json"]).sift(
        report(finding(came="5"), finding(where="/id"), finding("ask")), TODAY
    )

    assert [("say", "/id"), ("ask", "/usage")] == [(each.operation, each.where) for each in sifted.findings]
    assert ["5"] == [each.came for each in sifted.accepted]


def test_a_report_made_with_a_baseline_is_a_baseline(tmp_path: Path) -> None:
    """What was known before stays known from run to run."""
    first = Baseline(accepted=(Accepted("say", "usage-sum"),)).sift(report(finding()), TODAY)
    (tmp_path / "second.json").write_text(render_json(first), "utf-8")

    assert () == read_baseline([tmp_path / "second.json"]).sift(report(finding()), TODAY).findings


def test_a_record_knows_its_findings(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a", Header("h", "http://h", 0, "Notes", "0"))
    recorder.start()
    recorder.handle(RunFinished(report(finding())))
    recorder.finish()

    assert () == read_baseline([tmp_path / "a"]).sift(report(finding()), TODAY).findings


def test_a_record_knows_what_was_accepted(tmp_path: Path) -> None:
    first = Baseline(accepted=(Accepted("say", "usage-sum"),)).sift(report(finding()), TODAY)
    recorder = Recorder(tmp_path / "a", Header("h", "http://h", 0, "Notes", "0"))
    recorder.start()
    recorder.handle(RunFinished(first))
    recorder.finish()

    assert () == first.findings
    assert () == read_baseline([tmp_path / "a"]).sift(report(finding()), TODAY).findings


@pytest.mark.parametrize(
    ("until", "left"), [("", 0), ("until: 2030-06-01", 0), ("until: 2030-05-31", 1), ("until: '2031-01-01'", 0)]
)
def test_an_acceptance_ends_on_its_day(until: str, left: int, tmp_path: Path) -> None:
    """Through the day it names it holds; after it the finding is back, and a note says why."""
    known = baseline(tmp_path, f"accepted: [{{operation: say, check: usage-sum, {until}}}]")

    sifted = known.sift(report(finding()), TODAY)

    assert left == len(sifted.findings)
    assert left == len([note for note in sifted.notes if "ended on 2030-05-31" in note])


def test_stars_stand_for_anything(tmp_path: Path) -> None:
    known = baseline(tmp_path, "accepted: [{operation: '*', check: usage-sum, where: /usage}]")

    sifted = known.sift(report(finding(), finding("ask"), finding(where="/id"), finding(check="other")), TODAY)

    assert [("say", "/id"), ("say", "/usage")] == [(each.operation, each.where) for each in sifted.findings]


def test_an_acceptance_that_nothing_answers_to_is_told(tmp_path: Path) -> None:
    """Where its check was made and found nothing, it can go; where it was not made, nobody can say."""
    known = baseline(
        tmp_path, "accepted: [{operation: say, check: usage-sum}, {operation: say, check: never-made, where: /x}]"
    )

    (note,) = known.sift(report(), TODAY).notes

    assert "usage-sum of say" in note
    assert "can be taken out" in note


def test_a_record_that_was_cut_is_told(tmp_path: Path) -> None:
    """What a run found that was killed is not known, and nobody is to believe that it was nothing."""
    recorder = Recorder(tmp_path / "run", Header("http://h", "http://h", 0, "Notes", "0" * 16))
    recorder.start()
    recorder.finish()

    (note,) = read_baseline([tmp_path / "run"]).sift(report(), TODAY).notes

    assert "ended before it could say what it found" in note


def test_a_baseline_of_another_contract_is_told(tmp_path: Path) -> None:
    (tmp_path / "before.json").write_text(render_json(report()).replace('"Notes"', '"Tea"'), "utf-8")

    (note,) = read_baseline([tmp_path / "before.json"]).sift(report(), TODAY).notes

    assert note.endswith("before.json was judged by another contract: Tea")


def test_a_check_that_there_is_not_is_told_where_it_is_accepted(tmp_path: Path) -> None:
    known = baseline(tmp_path, "accepted: [{operation: say, check: usage-sums}, {operation: say, check: of-ours}]")

    (note,) = known.sift(report(finding()), TODAY).notes

    assert "usage-sums is accepted, and no check is called so; did you mean usage-sum?" == note


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("accepted: [{operation: say, chekc: x}]", "did you mean 'check'"),
        ("accepted: [{operation: say}]", "has no `check`"),
        ("accepted: [{operation: say, check: x, until: soon}]", "a day like 2030-12-31 would be right"),
        ("accepted: [say]", "has to have `operation` and `check`"),
        ("accepted: 3", "is a list"),
        ("findings: [{a: 1}]", "is it a report of mockflare"),
        ("openapi: 3.1.0", "is no baseline"),
        ("", "is no baseline"),
    ],
)
def test_a_wrong_baseline_is_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        baseline(tmp_path, text)


def test_a_missing_baseline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_baseline([tmp_path / "nothing.yml"])


# accepting ----------------------------------------------------------------------------------------------------------


def test_what_is_accepted_is_a_file_to_edit(tmp_path: Path) -> None:
    """Reasons and days that a person wrote survive the next --accept; what came is a comment, whatever it says."""
    path = tmp_path / "accepted.yml"
    write_accepted(path, [finding(came="4\n# - é: |")])
    path.write_text(path.read_text("utf-8").replace('reason: ""', 'reason: "known"\n    until: 2030-06-01'), "utf-8")

    entries = write_accepted(path, [finding(), finding("ask", where="")])

    assert entries == tuple(read_baseline([path]).accepted)
    assert [("say", "known", date(2030, 6, 1)), ("ask", "", None)] == [
        (each.operation, each.reason, each.until) for each in entries
    ]
    assert () == read_baseline([path]).sift(report(finding(), finding("ask", where="")), TODAY).findings


@pytest.mark.parametrize("text", ["openapi: 3.1.0\n", '{"outcome": "findings", "findings": [], "accepted": []}'])
def test_a_file_of_another_kind_is_not_written_over(text: str, tmp_path: Path) -> None:
    path = tmp_path / "petstore.yml"
    path.write_text(text, "utf-8")

    assert 2 == invoke("--accept", path).exit_code
    with pytest.raises(UsageError, match="is left as it is"):
        write_accepted(path, [finding()])
    assert text == path.read_text("utf-8")


def test_a_place_that_cannot_be_written_is_known_before_anything_is_sent(tmp_path: Path) -> None:
    result = invoke("http://127.0.0.1:1", "--accept", tmp_path)

    assert 2 == result.exit_code
    assert "" == result.stdout


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.check_command, [str(argument) for argument in arguments])


def test_a_run_accepts_and_the_next_is_clean(
    tmp_path: Path, notes_file: Path, notes_app: Any, token: str, serve: Any
) -> None:
    """--accept writes what was found; with it as --baseline the same flaw is silent, and another one is not."""
    accepted, out = tmp_path / "accepted.yml", tmp_path / "report.json"
    options = (
        "--spec",
        notes_file,
        "--token",
        token,
        "--own-only",
        "--operations",
        "readNote",
        "--report",
        f"json={out}",
    )
    flawed = serve(notes_app("wrong type"))

    assert 1 == invoke(flawed, *options).exit_code
    assert 0 == invoke(flawed, *options, "--accept", accepted).exit_code
    again = invoke(flawed, *options, "--baseline", accepted)
    other = invoke(serve(notes_app("missing member")), *options, "--baseline", accepted)

    assert 0 == again.exit_code
    assert "0 findings (1 accepted)" in again.stdout
    assert 1 == other.exit_code
    assert 1 == len(json.loads(out.read_text("utf-8"))["findings"])


# pace ---------------------------------------------------------------------------------------------------------------


def answered(number: int, seconds: float, *, stream: bool = False, status: int = 200) -> ExchangeDone:
    media = "text/event-stream" if stream else "application/json"
    response = Response(
        status,
        (("content-type", media),),
        b"",
        chunks=(Chunk(seconds, 1),),
        first_byte=seconds,
        seconds=seconds + stream,
    )
    request = Request("POST", "http://h/say", (), str(number).encode())
    return ExchangeDone(Exchange(number, "say", "smoke", Intent.VALID, request, response))


def told(before: list[ExchangeDone], now: list[ExchangeDone]) -> list[str]:
    watch = Stopwatch("http://h")
    for each in now:
        watch.note(each)
    found = slower(timings_of("http://h", before), watch, 0)
    assert all(each.severity is Severity.COSMETIC and each.source == "baseline" for each in found)
    return [each.check for each in found]


def test_slower_answers_are_told() -> None:
    """Most of the same cases take clearly longer: cosmetic, whatever the reason."""
    before = [answered(number, 0.2) for number in range(8)]

    assert ["latency"] == told(before, [answered(number, 0.5) for number in range(8)])
    assert [] == told(before, [answered(number, 0.22) for number in range(8)])
    assert [] == told(before, [answered(number, 0.1) for number in range(8)])


def test_outliers_decide_nothing() -> None:
    """One answer that took a minute, or a few too many, is weather."""
    before = [answered(number, 0.2) for number in range(8)]

    assert [] == told(before, [answered(number, 60 if number < 3 else 0.2) for number in range(8)])


def test_noise_is_no_latency() -> None:
    """Twice a millisecond is nothing that anybody waits for."""
    before = [answered(number, 0.001) for number in range(8)]

    assert [] == told(before, [answered(number, 0.003) for number in range(8)])


def test_few_or_other_cases_say_nothing() -> None:
    before = [answered(number, 0.1) for number in range(20)]

    assert [] == told(before, [answered(number, 9) for number in range(FEWEST - 1)])
    assert [] == told(before, [answered(number + 100, 9) for number in range(20)])
    assert [] == told(before, [answered(number, 9, status=500) for number in range(20)])


def test_the_first_piece_of_a_stream_is_measured_by_itself() -> None:
    before = [answered(number, 0.1, stream=True) for number in range(8)]

    assert ["time-to-first-piece"] == told(before, [answered(number, 0.4, stream=True) for number in range(8)])


def test_a_recorded_run_is_the_measure(tmp_path: Path) -> None:
    """A record given as baseline is what the pace of a run is held against; a cosmetic finding fails no run."""
    recorder = Recorder(tmp_path / "a", Header("h", "http://h", 0, "Notes", "0"))
    recorder.start()
    for number in range(8):
        recorder.handle(answered(number, 0.1))
    recorder.finish()
    sieve = Sieve(Baseline(records=(read_record(tmp_path / "a"),)), "http://h", TODAY)

    for number in range(8):
        sieve.passed(answered(number, 0.9))
    finished = sieve.passed(RunFinished(report()))

    assert isinstance(finished, RunFinished)
    assert ["latency"] == [each.check for each in finished.report.findings]
    assert 0 == finished.report.exit_code


def test_the_library_records_and_knows_a_baseline(tmp_path: Path, notes: Document, notes_app: Any, token: str) -> None:
    """What a run recorded is the baseline of the next: the same flaw is known, and fails nothing."""
    path = tmp_path / "run.ndjson"
    options: dict[str, Any] = {"contract": notes, "token": token, "own_only": True, "operations": ["readNote"]}

    first = contracts.check(notes_app("wrong type"), record=path, **options)
    second = contracts.check(notes_app("wrong type"), baseline=path, **options)

    assert (1, 0) == (first.exit_code, second.exit_code)
    assert [each.where for each in first.findings] == [each.where for each in second.accepted]


def test_credentials_in_an_address_are_refused(notes: Document) -> None:
    """They would stand in every request that a report shows."""
    with pytest.raises(UsageError, match="https://host/v1 is given with credentials") as refused:
        contracts.check("https://me:secret@host/v1", contract=notes)
    assert "secret" not in str(refused.value)


def test_acceptances_are_written_to_files_only(tmp_path: Path) -> None:
    """A device could be read for ever."""
    with pytest.raises(UsageError, match="it is no file"):
        prepare_accepted(tmp_path)
