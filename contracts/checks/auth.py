"""Who may ask, and what strangers are told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from contracts.cases import NONE, OWN
from contracts.checks.registry import AnyCheck, check, group_check
from contracts.context import Context, GroupContext
from contracts.credentials import NEAR_MISSES
from contracts.exchanges import Exchange, Response
from contracts.findings import Found, Severity
from contracts.refusals import error_codes

_SENT = {NONE: "without credentials", "wrong": "with a wrong token", "empty": "with an empty token"}
_SECRET = 8
"""Characters that a token has at least, to be looked for in answers: shorter ones are words."""
_TOLD_ON_PURPOSE = "x-mockflare-warning"
"""Where the mock tells strangers which token it takes; that token is no secret."""
_CHALLENGE = re.compile(r"[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]*(\s+\S.*)?")


@check("auth", Severity.BREAKING, kind="auth", source="document")
def auth(exchange: Exchange, context: Context) -> list[Found] | None:
    """A request without credentials, or with others than the right ones, is refused with a 4xx.

    Finds an operation that forgot to ask, streams that anybody may have, tokens that are compared by their beginning
    or length only, and strangers who are sent elsewhere or told an error within a success.
    """
    if exchange.credential == OWN:
        return None
    status = context.response.status
    if 400 <= status < 500:
        return []
    sent = _SENT.get(exchange.credential) or f"with a token that is {exchange.credential}"
    miss = NEAR_MISSES.get(exchange.credential)
    told = sent if miss is None else f"with {miss.words}"
    return [Found(f"4xx for a request {told}", str(status), sent)]


@group_check("credentials-first", Severity.LAX, kind="auth", source="HTTP")
def credentials_first(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """Whether a stranger's request is well-formed makes no difference: it is refused for its credentials.

    Finds bodies that are read and validated before anybody asks who sent them: strangers learn what the schema is,
    and a credential that is nearly right shows itself.
    """
    good, bad = context.role("well-formed"), context.roles("ill-formed")
    if good is None or not bad or good.exchange.credential == OWN or not 400 <= good.response.status < 500:
        return None
    promised = _told(good.response)
    for each in bad:
        told = _told(each.response)
        if told != promised and 400 <= each.response.status < 500:
            unread = each.exchange.role.endswith("unread")  # that it is no JSON tells nothing of the schema
            severity = Severity.COSMETIC if unread else None
            return [Found(f"{promised}, as for a well-formed request", told, each.exchange.role, severity)]
    return []


@check("token-kept", Severity.BREAKING, kind="auth", source="HTTP")
def token_kept(exchange: Exchange, context: Context) -> list[Found] | None:
    """No answer holds a token: not the right one, and not the one that was sent.

    Finds refusals that repeat the request's headers, and messages that name the token they do not know: both end in
    logs that others read.
    """
    token = context.world.token
    sent = [each for each in _credentials(exchange) if len(each) >= _SECRET]
    places = list(_places(context.response))
    asked = exchange.request.url + exchange.request.body.decode("utf-8", "replace")
    for name, text in places:
        if len(token) >= _SECRET and token in text and token not in asked:
            return [Found("no token in an answer", "the right token", name)]
    for name, text in places:
        if any(each in text and each not in asked for each in sent):
            return [Found("no token in an answer", "the token that was sent", name, Severity.LAX)]
    return [] if len(token) >= _SECRET or sent else None


@check("challenge", Severity.COSMETIC, kind="auth", source="HTTP")
def challenge(exchange: Exchange, context: Context) -> list[Found] | None:
    """A WWW-Authenticate header names a scheme, and comes with a refusal.

    Finds challenges that no client can read, and those that come with a success.
    """
    values = context.response.header_values("www-authenticate")
    if not values:
        return None
    if context.response.succeeded:
        return [Found("no challenge with a success", values[0], "www-authenticate")]
    bad = [each for each in values if not _CHALLENGE.fullmatch(each.strip())]
    return [Found("a scheme in WWW-Authenticate", repr(bad[0]), "www-authenticate")] if bad else []


@check("strangers-refused-alike", Severity.LAX, kind="auth", source="document")
def strangers_refused_alike(exchange: Exchange, context: Context) -> list[Found] | None:
    """A stranger is refused in words for programs: JSON, where the document describes its errors so, and no page.

    Finds login pages, stack traces of the code that looks at tokens, and refusals that are empty.
    """
    if exchange.credential == OWN or exchange.request.method == "HEAD":
        return None
    response = context.response
    if not 400 <= response.status < 500 or not any("json" in name for each in _refusals(context) for name in each):
        return None
    if "json" not in response.media_type:
        return [
            Found("JSON for strangers, too", f"{response.status} {response.media_type or 'without a type'}", "type")
        ]
    text = response.body.decode("utf-8", "replace")
    if "Traceback (most recent call last)" in text:
        return [Found("no insides for strangers", "a traceback", "insides")]
    return []


def _refusals(context: Context) -> Iterator[list[str]]:
    for status, response in context.operation.responses.items():
        if str(status)[:1] in "4d":
            yield list(response.content)


def _told(response: Response) -> str:
    """Return what a refusal says to programs: its status and the codes of its errors."""
    codes = ", ".join(map(str, sorted(error_codes(response.body))))
    return f"{response.status} {codes}".strip()


def _credentials(exchange: Exchange) -> Iterator[str]:
    for name, value in exchange.request.headers:
        if name.lower() in ("authorization", "x-auth-key", "x-api-key"):
            yield value.partition(" ")[2].strip() or value.strip()


def _places(response: Response) -> Iterator[tuple[str, str]]:
    for name, value in response.headers:
        if name != _TOLD_ON_PURPOSE:
            yield name, value
    text = response.body.decode("utf-8", "replace")
    yield "body", text
    if "\\" in text:
        try:
            yield "body", json.dumps(json.loads(text), ensure_ascii=False)
        except (ValueError, RecursionError):
            return


CHECKS: tuple[AnyCheck, ...] = (auth, credentials_first, token_kept, challenge, strangers_refused_alike)
