"""Token and account are hidden in every form in which a server may repeat them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from contracts.credentials import Credentials
from contracts.redaction import ACCOUNT, TOKEN, Redactor

SECRET = "tok/en+Of_the-Tests?8J7nQ"
OWNER = "feedfacefeedfacefeedfacefeedface"
REDACTOR = Redactor({TOKEN: SECRET, ACCOUNT: OWNER}, Credentials({}, SECRET).shell_forms(TOKEN.removeprefix("$")))


@pytest.mark.parametrize("secret", [SECRET, OWNER])
@pytest.mark.parametrize(
    "form",
    [
        str.upper,
        str.lower,
        lambda secret: quote(secret, safe=""),
        lambda secret: quote(secret, safe="").lower(),
        lambda secret: quote(quote(secret, safe=""), safe=""),
        lambda secret: "".join(f"%{ord(each):02x}" for each in secret),
        lambda secret: "".join(f"\\u{ord(each):04X}" for each in secret),
        lambda secret: "".join(f"\\\\u{ord(each):04x}" for each in secret),
        lambda secret: "".join(f"&#{ord(each)};" for each in secret),
        lambda secret: secret.replace("/", "\\/").replace("?", "&#x3f;"),
        lambda secret: secret.encode().hex(),
    ],
)
def test_a_secret_is_found_in_disguise(form: object, secret: str) -> None:
    name = TOKEN if secret == SECRET else ACCOUNT
    text = form(secret)  # type: ignore[operator]

    assert f"a {name} b" == REDACTOR.text(f"a {text} b")
    assert f"a {name} b".encode() == REDACTOR.content(f"a {text} b".encode())
    assert b"\xff" + name.encode() == REDACTOR.content(b"\xff" + text.encode())


@pytest.mark.parametrize("before", ["", "x", "Bearer ", "user:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_is_found_in_base64_behind_anything(before: str, encode: object) -> None:
    """At most a character at each end is left, which holds less than six bits of the secret."""
    said = encode(f"{before}{SECRET}, and more".encode()).decode()  # type: ignore[operator]

    hidden = REDACTOR.text(said)

    assert TOKEN in hidden
    assert len(said) - len(hidden) + len(TOKEN) >= len(SECRET) * 4 // 3 - 1


def test_a_secret_is_found_that_a_stream_spells() -> None:
    """Each piece alone says little; what clients join has the name of the variable."""
    pieces = ["so: tok/e", "n+Of_", "THE-tests?8J7nQ", " it is"]
    events = [json.dumps({"id": 1, "choices": [{"delta": {"content": each, "x": "y"}}]}) for each in pieces]

    text = REDACTOR.text("".join(f"data: {event}\n\n" for event in events))

    told = [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line]
    assert ["so: $CLOUDFLARE_API_TOKEN", "", "", " it is"] == [each["choices"][0]["delta"]["content"] for each in told]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (f"came {TOKEN}…", f"came {SECRET[:9]}…"),
        (f'came "{ACCOUNT}…", and {TOKEN}…', f'came "{OWNER[:-3]}…", and {SECRET[:6].upper()}…'),
        ("came tea…", "came tea…"),
    ],
)
def test_what_is_left_of_a_secret_where_a_text_was_cut_is_hidden(told: str, said: str) -> None:
    assert told == REDACTOR.said(said)


def test_short_secrets_are_found_as_they_are_alone() -> None:
    redactor = Redactor({"$T": "test"})

    assert "a $T of Testing 74657374 and %74est" == redactor.text("a test of Testing 74657374 and %74est")


@pytest.mark.parametrize("noise", ["\\" * 300_000, "&#0" * 100_000, '"' * 300_000, "%25" * 100_000, "…" * 300_000])
def test_what_is_escaped_without_end_is_looked_through(noise: str, ends: Callable[[], Any]) -> None:
    """A server that repeats the token behind megabytes of escapes finds no pattern that never ends."""
    with ends():
        assert REDACTOR.text(f"{noise} data: {OWNER[:5]}{OWNER[5:].upper()}").endswith(ACCOUNT)
        REDACTOR.said(f"{noise} data: {OWNER.upper()}")
