"""Which models the target has: asked once, for nothing, before it is decided which model of a family is checked."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace

from contracts.credentials import Credentials
from contracts.exchanges import NoAnswer, Request, Response
from contracts.limits import Meter
from contracts.models import read_models, select_models
from contracts.plan import Plan
from contracts.sender import Sender

PATH = "/ai/models/search"
"""The end of the path of the catalogue's list."""


def asks(plan: Plan) -> bool:
    """Return whether a run by this plan asks for the list: nobody named models, and the contract has the operation."""
    return plan.chooses_models and bool(plan.prepared.models) and _path(plan) is not None


def adapted(plan: Plan, sender: Sender, meter: Meter) -> Plan:
    """Return the plan with models that the target knows: of each family the first one, in the catalogue's order.

    Where the target does not say, or knows all active ones that were chosen, it is the same plan.
    """
    if not asks(plan) or not meter.admit():
        return plan
    request = Request("GET", f"{plan.target.base_url}{_path(plan)}?per_page=1000", _headers(plan.credentials))
    known = _names(sender.send([request])[0])
    if not known or all(model.name in known for model in plan.prepared.models if model.active):
        return plan
    chosen = select_models(read_models(), known=known)
    return replace(plan, prepared=plan.prepare_for([model.name for model in chosen]))


def _path(plan: Plan) -> str | None:
    for operation in plan.document.operations.values():
        if operation.method == "GET" and operation.path.endswith(PATH):
            return operation.path.replace("{account_id}", plan.world.account)
    return None


def _headers(credentials: Credentials) -> tuple[tuple[str, str], ...]:
    return (("Accept", "application/json"), ("User-Agent", "mockflare-check"), *credentials.own.items())


def _names(came: Response | NoAnswer) -> Collection[str]:
    """Return the names in a list of models; nothing when it is none."""
    if isinstance(came, NoAnswer) or not came.succeeded:
        return ()
    try:
        listed = json.loads(came.body)["result"]
        return {each["name"] for each in listed if isinstance(each["name"], str)}
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()
