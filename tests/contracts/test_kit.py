"""Checks, strategies and limits of a run: the built-in ones, and those that a user adds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import contracts
from contracts import cli, neurons
from contracts.cases import PHASES, Case
from contracts.checks import AnyCheck, check, group_check
from contracts.context import Context, GroupContext
from contracts.credentials import NEAR_MISSES, Credentials
from contracts.events import ExchangeDone
from contracts.exchanges import Exchange, Intent, Request
from contracts.findings import Found, Severity
from contracts.kit import Kit
from contracts.limits import Limits, Meter
from contracts.making import Maker
from contracts.plan import Plan, plan
from contracts.redaction import Redactor
from contracts.report import Outcome
from contracts.schedule import Allotment, make_makers, schedule
from contracts.strategies import strategy
from contracts.strategies.registry import registry
from mockserver import Mock, create_app
from mockserver.effective import effective
from mockserver.errors import UnknownName, UsageError
from mockserver.openapi.document import Document
from mockserver.registry import Registry

NotesApp = Callable[..., Any]


@strategy("two", "sequences")
def two(make: Maker) -> Iterator[Case]:
    """Two notes, the second one named after the first one's answer."""
    if make.name == "createNote":

        def second(exchange: Exchange) -> Case | None:
            assert exchange.response is not None
            number = json.loads(exchange.response.body)["id"]
            return make.case(body={"title": f"after {number}"}, group="a", role="second")

        yield replace(make.case(body={"title": "one"}, group="a", role="first"), then=second)


@check("title-is-kept", Severity.COSMETIC, kind="semantics", source="document")
def title_is_kept(exchange: Exchange, context: Context) -> list[Found] | None:
    """The title of a note is the one that was sent."""
    if not context.response.succeeded or "title" not in context.asked:
        return None
    return [] if context.answer["title"] == context.asked["title"] else [Found("the title", context.answer["title"])]


@group_check("other-number", Severity.BREAKING, kind="stability", source="document")
def other_number(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """Two notes have two numbers."""
    first, second = context.role("first"), context.role("second")
    if first is None or second is None or not context.succeeded or not context.group.startswith("two/"):
        return None
    return [] if first.answer["id"] != second.answer["id"] else [Found("another id", str(second.answer["id"]))]


def test_checks_and_strategies_of_ones_own_take_part(notes: Document, notes_app: NotesApp, token: str) -> None:
    """The second case of a group is made from the answer to the first; the group is judged, and sent again, whole."""
    kit = Kit()
    kit.add(two, title_is_kept, other_number)
    events: list[Any] = []

    report = contracts.check(
        notes_app(), contract=notes, token=token, kit=kit, own_only=True, operations=["createNote"],
        on_event=events.append,
    )  # fmt: skip

    assert [("other-number", "stability", 3, 3)] == [
        (each.check, each.kind, each.shown, each.tries) for each in report.findings
    ]
    assert 2 == len(report.findings[0].request.splitlines())
    assert "title-is-kept" not in report.not_checked
    sent = [each.exchange for each in events if isinstance(each, ExchangeDone) and each.exchange.group == "two/a"]
    assert ["first", "second"] == [each.role for each in sent]
    assert b'{"title": "after 1"}' == sent[1].request.body


def test_a_check_or_a_strategy_that_fails_stops_itself_only(notes: Document, notes_app: NotesApp, token: str) -> None:
    """The others go on, and the run is not green: nobody knows what it would have found."""

    @check("broken-check", Severity.BREAKING, kind="document", source="document")
    def broken_check(exchange: Exchange, context: Context) -> list[Found] | None:
        """Nothing."""
        raise ZeroDivisionError

    @strategy("broken-strategy", "search")
    def broken_strategy(make: Maker) -> Iterator[Case]:
        """Nothing."""
        yield make.case()
        raise KeyError(make.name)

    @strategy("broken-later", "search")
    def broken_later(make: Maker) -> Iterator[Case]:
        """Nothing."""

        def then(exchange: Exchange) -> Case | None:
            raise IndexError(make.name)

        yield replace(make.case(), group="a", then=then)

    kit = Kit()
    kit.add(broken_check, broken_strategy, broken_later)
    flawed = contracts.check(notes_app("wrong type"), contract=notes, token=token, kit=kit, own_only=True)
    clean = contracts.check(notes_app(), contract=notes, token=token, kit=kit, own_only=True)

    assert "response_body" in {each.check for each in flawed.findings}
    assert Outcome.COULD_NOT_LOOK is clean.outcome()
    assert (
        "the strategy broken-strategy failed itself: KeyError: 'readNote'",
        "the check broken-check failed itself: ZeroDivisionError: ",
        "the strategy broken-later failed itself: IndexError: createNote",
    ) == clean.broken


def test_cosmetic_findings_do_not_fail_a_run_unless_asked(notes: Document, notes_app: NotesApp, token: str) -> None:
    kit = Kit()
    kit.checks = Registry[AnyCheck]("check")
    kit.add(title_is_kept)

    report = contracts.check(
        notes_app("echoes the token"), contract=notes, token=token, kit=kit, own_only=True, operations=["createNote"]
    )

    assert {Severity.COSMETIC} == {each.severity for each in report.findings}
    assert Outcome.CLEAN is report.outcome()
    assert Outcome.FINDINGS is report.outcome(Severity.COSMETIC)
    assert token not in repr(report)


def test_a_file_adds_what_it_has(
    tmp_path: Path, notes_file: Path, notes_app: NotesApp, token: str, serve: Callable[[Any], str]
) -> None:
    """`--use FILE` calls its function install(kit), and reports of its own formats are written."""
    (tmp_path / "ours.py").write_text(
        "from contracts import Found, Severity\n"
        "from contracts.checks import check\n"
        "from contracts.reporters import FileReporter\n"
        "@check('no-notes', Severity.BREAKING, kind='semantics', source='document')\n"
        "def no_notes(exchange, context):\n"
        "    'There are no notes.'\n"
        "    return [Found('nothing', 'a note')] if context.response.succeeded else None\n"
        "def install(kit):\n"
        "    kit.add(no_notes)\n"
        "    kit.reporters.add('count', lambda path: FileReporter(path, lambda report: str(len(report.findings))))\n",
        "utf-8",
    )
    result = CliRunner().invoke(
        cli.check_command,
        [
            serve(notes_app()), "--spec", str(notes_file), "--token", token, "--own-only", "--operations", "readNote",
            "--use", str(tmp_path / "ours.py"), "--report", f"count={tmp_path / 'count'}",
        ],
    )  # fmt: skip

    assert 1 == result.exit_code, result.output
    assert "breaking no-notes" in result.stdout
    assert "1" == (tmp_path / "count").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x = 1\n", "has no function install(kit)"),
        ("1 / 0\n", "cannot be loaded: ZeroDivisionError"),
        ("raise SystemExit(5)\n", "cannot be loaded: SystemExit: 5"),
        (None, "is no"),
        ("def install(kit):\n    1 / 0\n", "install(kit) failed: ZeroDivisionError"),
        ("def mine(): ...\ndef install(kit):\n    kit.add(mine)\n", "mine is no check and no strategy; @check"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "ours.py"
    if content is not None:
        path.write_text(content, "utf-8")

    with pytest.raises(UsageError) as raised:
        Kit().use([str(path)])

    assert str(path) in str(raised.value)
    assert message in str(raised.value)


def test_names_of_kinds_sources_and_phases_are_checked_when_a_thing_is_made() -> None:
    with pytest.raises(UnknownName, match="did you mean 'semantics'"):
        check("a", Severity.BREAKING, kind="semantic", source="document")
    with pytest.raises(UnknownName, match="did you mean 'OpenAI'"):
        group_check("a", Severity.BREAKING, kind="semantics", source="openai")
    with pytest.raises(UsageError, match="free, smoke, streams, sequences, search would be right"):
        strategy("a", "later")
    with pytest.raises(UsageError, match="is registered already"):
        Kit().add(Kit().checks["auth"])


# which cases are sent ------------------------------------------------------------------------------------------


def planned(**options: Any) -> Plan:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("nothing is sent")

    return plan(app, **options)


def test_every_operation_of_the_bundled_contract_has_a_small_valid_request() -> None:
    """Where the contract can decide, it allows the request; models and media in it are real ones."""
    made = planned()

    makers = make_makers(made.prepared, made.world)

    assert 42 == len(makers)
    assert [] == [each.name for each in makers if each.smoke is None]
    assert [] == [each.name for each in makers if isinstance(each.smoke_json, dict) and _is_refused(each)]


def _is_refused(maker: Maker) -> bool:
    return maker.is_forbidden(maker.smoke_json)


def test_a_variant_is_what_the_contract_says_of_it() -> None:
    made = planned(operations=["createChatCompletion"])
    (maker,) = make_makers(made.prepared, made.world)

    def intent(case: Case | None) -> Intent | None:
        return None if case is None else case.intent

    assert Intent.VALID is intent(maker.variant("in range", temperature=0))
    assert Intent.INVALID is intent(maker.variant("out of range", temperature=99))
    assert Intent.INVALID is intent(maker.variant("without messages", without=["messages"]))


def test_strategies_take_turns_and_groups_stay_whole() -> None:
    """What the allotment does not hold is left out; a group is sent whole or not at all."""

    @strategy("many", "search")
    def many(make: Maker) -> Iterator[Case]:
        """Many."""
        for number in range(99):
            yield make.case(reason=str(number))

    @strategy("grouped", "streams")
    def grouped(make: Maker) -> Iterator[Case]:
        """Four groups of three."""
        for key in "abcd":
            for role in ("1", "2", "3"):
                yield make.case(group=key, role=role)

    strategies = registry()
    strategies.add("many", many)
    strategies.add("grouped", grouped)
    made = planned(operations=["listMarkdownFormats"])
    (maker,) = make_makers(made.prepared, made.world)

    units = schedule(made.prepared, made.world, strategies, Allotment())

    most = Allotment().of(maker)
    assert sum(unit.size for unit in units) == most
    assert ["grouped"] * 3 == [unit.strategy for unit in units if unit.phase == "streams"]
    assert {3} == {unit.size for unit in units if unit.phase == "streams"}
    assert [str(number) for number in range(most - 9)] == [unit.cases[0].reason for unit in units[3:]]
    assert sorted(units, key=lambda unit: PHASES.index(unit.phase)) == units


def test_a_strategy_that_says_little_has_a_turn_now_and_then() -> None:
    """Of a budget of eight that two strategies share, one with a turn in every third round sends two."""

    @strategy("often", "search")
    def often(make: Maker) -> Iterator[Case]:
        """Often."""
        for _ in range(99):
            yield make.case()

    @strategy("rarely", "free", turns=3)
    def rarely(make: Maker) -> Iterator[Case]:
        """Rarely."""
        for _ in range(99):
            yield make.case()

    strategies = registry()
    strategies.add("often", often)
    strategies.add("rarely", rarely)
    made = planned(operations=["createFinetune"])

    units = schedule(made.prepared, made.world, strategies, Allotment())

    assert ["rarely"] * 2 + ["often"] * 6 == [unit.strategy for unit in units]


def test_more_is_not_due_than_there_is() -> None:
    """Where the budget does not hold what operations are due, each gets its part."""
    made = planned(strategies=endless(), own_only=True)

    units = schedule(made.prepared, made.world, made.strategies, replace(made.allotment, total=200))

    assert 190 <= sum(unit.size for unit in units) <= 200
    assert set(made.prepared.operations) == {unit.operation for unit in units}


def endless() -> Any:
    """Strategies that do not run out of cases."""

    @strategy("endless", "search")
    def forever(make: Maker) -> Iterator[Case]:
        """Cases without end, and a pair now and then."""
        for number in range(600):  # 1,000 requests with their pairs, more than any run sends
            yield make.case(reason=str(number))
            for role in ("first", "again") if number % 3 == 0 else ():
                yield make.case(group=str(number), role=role)

    strategies = registry()
    strategies.add("endless", forever)
    return strategies


@pytest.mark.parametrize("options", [{}, {"operations": ["createEmbeddings"]}, {"own_only": True}])
def test_a_run_stays_below_a_thousand_requests(options: dict[str, Any]) -> None:
    """Whatever strategies want: their share is what the engine and the confirmation of findings leave over."""
    made = planned(strategies=endless(), **options)

    own = sum(unit.size for unit in made.units())

    engine = 0 if made.effort is None else made.effort.most(len(made.prepared.operations))
    assert made.limits.requests - 3 <= own + engine + made.limits.reserve + 1 <= made.limits.requests < 1000


def test_what_operations_do_not_need_others_get() -> None:
    """Each has what it is due; the rest is shared evenly."""
    made = planned(strategies=endless(), own_only=True, operations=["searchModels", "getModelSchema"])
    makers = make_makers(made.prepared, made.world)

    units = schedule(made.prepared, made.world, made.strategies, replace(made.allotment, total=100))

    shares = [sum(unit.size for unit in units if unit.operation == maker.name) for maker in makers]
    assert 100 == sum(shares)
    assert all(abs(share - 50) <= 2 for share in shares)


# credentials and limits --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_differ_from_the_token_and_stay_out_of_reports(name: str) -> None:
    token = "cfut_AbCdEfGhIjKlMnOpQrStUvWxYz0123"
    credentials = Credentials({"Authorization": f"Bearer {token}"}, token)
    redactor = Redactor({"$CLOUDFLARE_API_TOKEN": token}, credentials.shell_forms("CLOUDFLARE_API_TOKEN"))

    headers = credentials.headers(name)
    shown = redactor.request(Request("GET", "http://h/", headers))

    assert headers != credentials.headers("own")
    assert "AbCdEf" not in repr(shown).replace("CLOUDFLARE", "")
    assert "aBcDeF" not in repr(shown)
    assert "AbCdEf" not in redactor.text(f"you are not {headers[0][1]}")


@pytest.mark.parametrize(
    ("scheme", "left_out"),
    [
        ({"type": "http", "scheme": "bearer"}, set()),
        ({"type": "apiKey", "in": "header", "name": "x-key"}, {"no-scheme", "other-scheme"}),
    ],
)
def test_near_misses_are_sent_that_differ_in_the_headers_of_the_document(
    scheme: dict[str, str], left_out: set[str]
) -> None:
    """A key has no scheme: without one it is the right one, and is to be let in."""
    content = {
        "openapi": "3.1.0",
        "info": {"title": "Keys", "version": "1"},
        "security": [{"key": []}],
        "components": {"securitySchemes": {"key": scheme}},
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"description": ""}}}}},
    }
    made = plan("http://h", contract=Document(content, "keys.yml"), token="aBcDeFgH12", own_only=True)

    sent = {case.credential for unit in made.units() for case in unit.cases}

    assert set(NEAR_MISSES) - left_out == sent & set(NEAR_MISSES)


def test_a_token_of_which_a_part_suffices_is_a_finding(notes: Document, notes_app: NotesApp, token: str) -> None:
    """A shell writes the token that was sent from the right one."""

    @strategy("short", "free")
    def short(make: Maker) -> Iterator[Case]:
        """A token without its end."""
        yield make.case(intent=Intent.PROBE, credential="truncated")

    kit = Kit()
    kit.strategies = registry()
    kit.add(short)
    wrapped = notes_app()

    async def careless(scope: Any, receive: Any, send: Any) -> None:
        headers = [(k, v + token[-1:].encode() if k == b"authorization" else v) for k, v in scope.get("headers", ())]
        await wrapped({**scope, "headers": headers}, receive, send)

    report = contracts.check(careless, contract=notes, token=token, kit=kit, own_only=True, operations=["readNote"])

    (finding,) = report.findings
    assert ("auth", "auth", "with a token that is truncated") == (finding.check, finding.kind, finding.where)
    assert "4xx for a request with the token without its last letter" == finding.promised
    assert '"Authorization: Bearer ${CLOUDFLARE_API_TOKEN%?}"' in finding.request


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("requests", 0, "1 or more"),
        ("seconds", float("nan"), "more than 0"),
        ("rate", 0, "more than 0"),
        ("neurons", -1, "0 or more"),
        ("answer_seconds", float("inf"), "more than 0"),
    ],
)
def test_what_bounds_nothing_is_refused(name: str, value: float, right: str) -> None:
    with pytest.raises(UsageError, match=f"the limit {name} is {value}; {right} would be right"):
        Limits(**{name: value})


def test_the_rate_is_kept() -> None:
    clock = Clock()
    meter = Meter(Limits(rate=10), clock=lambda: clock.now, sleep=clock.sleep)

    assert all(meter.admit() for _ in range(31))
    assert 3.0 == pytest.approx(clock.now)


def test_a_run_ends_in_time() -> None:
    """A pause does not reach beyond the end."""
    clock = Clock()
    meter = Meter(Limits(seconds=5), clock=lambda: clock.now, sleep=clock.sleep)
    meter.pause(4)

    assert meter.admit()
    meter.pause(4)
    assert 5 == clock.now
    assert not meter.admit()
    assert "the limit of 5 seconds is reached" == meter.limited


def test_no_more_is_spent_than_allowed() -> None:
    """What a request may cost is looked at before, what it did cost is counted after; what is free still goes."""
    meter = Meter(Limits(neurons=10))

    assert meter.admit(6)
    meter.spend(3)
    assert meter.admit(6)
    meter.spend(6)
    assert not meter.admit(6)
    assert meter.admit(1)
    assert meter.admit()
    assert 9 == meter.neurons
    assert "the limit of 10 neurons leaves requests out" == meter.limited


def test_some_requests_are_kept_back_to_confirm_findings() -> None:
    meter = Meter(Limits(requests=20))

    assert 18 == sum(meter.admit() for _ in range(30))
    meter.release_reserve()
    assert 2 == sum(meter.admit() for _ in range(30))


def test_costs_are_estimated_by_the_catalogue() -> None:
    """Tokens in and out at the model's price; a bound on the answer bounds the cost; no model, no cost."""
    name = "@cf/meta/llama-3.1-8b-instruct-fp8"
    url = f"https://host/client/v4/accounts/a/ai/run/{name}"

    def cost(**body: Any) -> float:
        return neurons.estimate(Request("POST", url, (), json.dumps(body).encode()))

    assert 0 < cost(prompt="Hi", max_tokens=1) < cost(prompt="Hi", max_tokens=16) < cost(prompt="Hi")
    assert cost(prompt="a b c d", max_tokens=1) > cost(prompt="a", max_tokens=1)
    assert 0 == neurons.estimate(Request("POST", "https://host/other", (), b"[]"))


def test_the_contract_is_not_changed_by_planning() -> None:
    document = effective()
    before = json.dumps(document.content)

    planned(contract=document).units()

    assert before == json.dumps(document.content)


def test_that_nobody_has_a_model_is_seen_where_it_is_refused() -> None:
    """A refusal that is earned is judged like any other: the check is not listed as one that never applied."""
    report = contracts.check(create_app(Mock()), operations=["createEmbeddings"], own_only=True, quick=True)

    assert "unknown-model" not in report.not_checked
    assert 0 == report.exit_code
