"""Every family of models is looked at, also those whose models are all retired or unlisted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import contracts
from contracts.context import World
from contracts.drift import drift
from contracts.drift.runs import send_plan
from contracts.kit import Kit
from contracts.models import model_of, read_models, stand_ins
from contracts.plan import Plan, plan
from contracts.records import header_of
from contracts.report import Outcome, Report
from contracts.strategies import Strategy
from mockserver import Mock, create_app
from mockserver.registry import Registry
from mockserver.settings import Settings

SPARE = stand_ins(read_models())
RETIRED = [model.name for model in SPARE if model.status == "retired"]

Checks = Callable[..., Report]


@pytest.fixture
def looked() -> Checks:
    def check(fidelity: str, *names: str, **options: Any) -> Report:
        strategies: Registry[Strategy] = Registry("strategy")
        for name in names:
            strategies.add(name, Kit().strategies[name])
        app = create_app(Mock(Settings(fidelity=fidelity)))
        return contracts.check(app, strategies=strategies, own_only=True, **options)

    return check


def models_in(made: Plan) -> set[str]:
    found = (made.document.operations[name] for name in made.prepared.operations)
    return {name for each in found if (name := model_of(each.path, each.raw))}


def test_a_run_looks_at_a_model_of_each_family() -> None:
    models = {model.name: model for model in read_models()}

    made = plan(create_app(Mock()))

    assert {model.family for model in models.values()} == {models[name].family for name in models_in(made)}
    assert {model.name for model in SPARE} == {name for name in models_in(made) if not models[name].active}


def test_every_model_of_the_catalogue_can_be_named() -> None:
    """Retired and unlisted models have a path of their own in what is sent, too, and their record's contract."""
    names = [model.name for model in read_models()]

    assert set(names) == models_in(plan(create_app(Mock()), models=names))


def test_a_record_is_of_the_contract_that_was_given() -> None:
    """Whichever models are asked: two records can be compared."""
    app = create_app(Mock())

    assert header_of(plan(app)).digest == header_of(plan(app, models=RETIRED)).digest


def test_what_a_target_does_not_have_any_more_is_named_and_fails_no_run(looked: Checks) -> None:
    lenient, strict = (looked(fidelity, "smoke", "violations", "methods") for fidelity in ("lenient", "strict"))

    assert (Outcome.CLEAN, ()) == (lenient.outcome(), lenient.unseen)
    assert (Outcome.CLEAN, ()) == (strict.outcome(), strict.findings)
    assert len(RETIRED) == len(strict.unseen)
    assert all("does not have the model" in str(each.could_not_look) for each in strict.unseen)


def test_what_is_named_and_not_there_could_not_be_looked_at(looked: Checks) -> None:
    assert Outcome.COULD_NOT_LOOK is looked("strict", "smoke", models=RETIRED).outcome()
    assert Outcome.CLEAN is looked("lenient", "smoke", models=[model.name for model in SPARE]).outcome()


def test_a_model_that_one_side_does_not_have_any_more_is_no_drift() -> None:
    """Whatever it is asked, valid or not, is refused otherwise than by a side that has it."""
    names = [model.name for model in SPARE]
    runs = [
        send_plan(plan(create_app(Mock(Settings(fidelity=fidelity))), models=names, own_only=True))
        for fidelity in ("lenient", "strict")
    ]
    world: World = plan(create_app(Mock()), models=names).world

    found = drift(runs[0], runs[1], world)

    assert () == found.differences
    assert Outcome.CLEAN is found.report.outcome()
    assert RETIRED == [
        world.document.operations[each.operation].raw["x-mockflare-model"] for each in found.report.unseen
    ]
