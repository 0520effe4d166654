"""Access: the account in the path, what a token allows, and the gateway, each as far as a switch asks for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import refuse
from mockserver.openapi.operations import Operation

_ACCOUNT = re.compile(r"[0-9a-f]{32}")
_BELOW = "/accounts/{account_id}/ai/"
_GATEWAY, _GATEWAY_PATH = b"cf-aig-gateway-id", "/v1/"
_RUNS = ("run", "v1/", "tomarkdown")
_WRITES = "finetunes"
_DEMANDING: Mapping[str, str] = {"token-permission": "edit", "gateway-header": "optional"}


def demanding(switches: Mapping[str, str]) -> bool:
    """Say whether something beside the token is asked of a request."""
    return any(switches.get(name, usual) != usual for name, usual in _DEMANDING.items())


def check_account(invocation: Invocation) -> None:
    """Raise Refusal (7003) for an account id that the service would not route to; else warn of it."""
    account, asked = invocation.parameters.get("account_id", ""), invocation.settings.switches["account-id"]
    if _ACCOUNT.fullmatch(account) or (asked == "number" and account.isascii() and account.isdecimal()):
        return
    if invocation.settings.fidelity == "strict" or asked != "any":
        path = f"/client/v4{invocation.request.path.removeprefix('/client/v4')}"
        raise refuse("bad-object-identifier", 404, f"{account!r} is not 32 hex digits", path=path)
    invocation.warn("the service refuses an account id that is not 32 hex digits (7003)")


def check_rights(invocation: Invocation) -> None:
    """Raise Refusal for what the token may not do (10000), and without the header of the gateway (2001)."""
    switches, operation = invocation.settings.switches, invocation.operation
    if operation is None:
        return
    allowed = switches["token-permission"]
    writes = operation.method != "GET" and _is_below(operation, _WRITES)
    runs = _is_below(operation, *_RUNS) and operation.method != "GET"
    if (writes and allowed != "edit") or (runs and allowed == "read-refused"):
        raise refuse("unauthenticated", 403, "the switch token-permission says that the token may not do this")
    gated = runs and switches["gateway-header"] == "required"
    named = invocation.request.path.startswith(_GATEWAY_PATH) or invocation.request.header(_GATEWAY)
    if gated and not named:
        raise refuse("gateway-unusable", 400, "the switch gateway-header asks for cf-aig-gateway-id")


def _is_below(operation: Operation, *starts: str) -> bool:
    return operation.path.removeprefix(_BELOW).startswith(starts)
