"""Strings in the formats that JSON Schema and OpenAPI name."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from random import Random
from uuid import UUID

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ALPHANUMERIC = _LETTERS + "0123456789"
_HOSTS = ("example.com", "example.org", "example.net", "api.example.com", "www.example.org")
STEMS = ("ada", "grace", "alan", "edsger", "barbara", "donald", "margaret", "linus", "radia", "ken")
"""Short words that may stand in a name, a path or a host."""

Format = Callable[[Random, int, Sequence[str]], str]
"""Writes a string in its format, at least so many characters long where the format can grow, with these words."""


def write(name: str, random: Random, low: int = 0, words: Sequence[str] = ()) -> str | None:
    """Return a string in the format `name`, or None when the format is not one of FORMATS."""
    found = FORMATS.get(name)
    return found(random, min(low, 100_000), words) if found else None


def _letters(random: Random, length: int) -> str:
    return "".join(random.choices(_LETTERS, k=length))


def _slug(random: Random, words: Sequence[str]) -> str:
    plain = ["".join(char for char in word.lower() if char in _ALPHANUMERIC) for word in words]
    plain = [word for word in plain if word and len(word) < 20]
    return random.choice(plain) if plain else _letters(random, random.randint(3, 8))


def date(random: Random, low: int, words: Sequence[str]) -> str:
    """Return a date of RFC 3339."""
    return f"{random.randint(1990, 2035)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"


def time(random: Random, low: int, words: Sequence[str]) -> str:
    """Return a time of RFC 3339."""
    digits = low - len("00:00:00.Z")
    fraction = "." + "".join(random.choices("0123456789", k=digits)) if digits > 0 else ""
    clock = f"{random.randrange(24):02}:{random.randrange(60):02}:{random.randrange(60):02}"
    return f"{clock}{fraction}{'+00:00' if low in (10, 11) else 'Z'}"


def date_time(random: Random, low: int, words: Sequence[str]) -> str:
    """Return a date and time of RFC 3339."""
    return f"{date(random, 0, ())}T{time(random, low - 11, ())}"


def duration(random: Random, low: int, words: Sequence[str]) -> str:
    """Return a duration of ISO 8601."""
    if low > 4:
        return f"P{random.randint(1, 9)}{'0' * (low - 3)}D"
    return random.choice((f"P{random.randint(1, 9)}D", f"PT{random.randint(1, 59)}M", f"P{random.randint(1, 4)}W"))


def hostname(random: Random, low: int, words: Sequence[str]) -> str:
    """Return a host name."""
    host = random.choice(_HOSTS)
    while len(host) < low:
        host = _letters(random, max(1, min(60, low - len(host) - 1))) + "." + host
    return host


def email(random: Random, low: int, words: Sequence[str]) -> str:
    """Return an e-mail address."""
    name = random.choice(STEMS)
    host = hostname(random, low - 65, ())
    missing = low - len(name) - 1 - len(host)
    return f"{name}{_letters(random, min(missing, 64 - len(name))) if missing > 0 else ''}@{host}"


def ipv4(random: Random, low: int, words: Sequence[str]) -> str:
    """Return an IPv4 address, from the range for documentation unless that is too short."""
    if low > 11:
        return ".".join(str(random.randint(100, 255)) for _ in range(4))
    return f"192.0.2.{random.randint(1, 254)}"


def ipv6(random: Random, low: int, words: Sequence[str]) -> str:
    """Return an IPv6 address, from the range for documentation."""
    if low > 11:
        return "2001:0db8:" + ":".join(f"{random.randrange(0x10000):04x}" for _ in range(6))
    return f"2001:db8::{random.randint(1, 9)}"


def uri(random: Random, low: int, words: Sequence[str]) -> str:
    """Return an absolute URI."""
    address = f"https://{random.choice(_HOSTS)}/{_slug(random, words)}"
    return address + _letters(random, max(0, low - len(address)))


def uri_reference(random: Random, low: int, words: Sequence[str]) -> str:
    """Return a URI reference."""
    path = f"/{_slug(random, words)}"
    return path + _letters(random, max(0, low - len(path)))


def uri_template(random: Random, low: int, words: Sequence[str]) -> str:
    """Return a URI template."""
    return uri(random, low - 5, words) + "/{id}"


def uuid(random: Random, low: int, words: Sequence[str]) -> str:
    """Return a random UUID."""
    return str(UUID(int=random.getrandbits(128), version=4))


def json_pointer(random: Random, low: int, words: Sequence[str]) -> str:
    """Return a JSON Pointer."""
    return uri_reference(random, low, words)


def relative_json_pointer(random: Random, low: int, words: Sequence[str]) -> str:
    """Return a relative JSON Pointer."""
    return f"{random.randrange(3)}{uri_reference(random, low - 1, words)}"


def regex(random: Random, low: int, words: Sequence[str]) -> str:
    """Return a regular expression."""
    return f"^{_slug(random, words)}{_letters(random, max(0, low - 8))}[0-9]+$"


def byte(random: Random, low: int, words: Sequence[str]) -> str:
    """Return text in base64."""
    text = " ".join(words[:4]) if words else _letters(random, random.randint(6, 15))
    raw = text.encode()
    raw += b"." * max(0, low * 3 // 4 + 1 - len(raw) if low > len(raw) * 4 // 3 else 0)
    return base64.b64encode(raw).decode()


def password(random: Random, low: int, words: Sequence[str]) -> str:
    """Return letters and digits."""
    return "".join(random.choices(_ALPHANUMERIC + _LETTERS.upper(), k=max(low, 12)))


def json_text(random: Random, low: int, words: Sequence[str]) -> str:
    """Return a JSON document."""
    return json.dumps({_slug(random, words): _letters(random, max(4, low - 16))})


def json_base64(random: Random, low: int, words: Sequence[str]) -> str:
    """Return a JSON document in base64."""
    return base64.b64encode(json_text(random, low, words).encode()).decode()


JSON = "\0json"
JSON_BASE64 = "\0json-base64"

FORMATS: dict[str, Format] = {
    JSON: json_text,
    JSON_BASE64: json_base64,
    "date-time": date_time,
    "date": date,
    "time": time,
    "duration": duration,
    "email": email,
    "idn-email": email,
    "hostname": hostname,
    "host-name": hostname,
    "idn-hostname": hostname,
    "ipv4": ipv4,
    "ip-address": ipv4,
    "ipv6": ipv6,
    "uri": uri,
    "url": uri,
    "uri-reference": uri_reference,
    "iri": uri,
    "iri-reference": uri_reference,
    "uuid": uuid,
    "uri-template": uri_template,
    "json-pointer": json_pointer,
    "relative-json-pointer": relative_json_pointer,
    "regex": regex,
    "byte": byte,
    "binary": byte,
    "password": password,
}

SHORT: dict[str, tuple[str, ...]] = {
    "email": ("a@b", "a@b.co", "ada@b.co"),
    "idn-email": ("a@b", "a@b.co", "ada@b.co"),
    "hostname": ("a", "ab", "b.co", "abc.io"),
    "idn-hostname": ("a", "ab", "b.co", "abc.io"),
    "ipv4": ("1.1.1.1", "10.0.0.1"),
    "ipv6": ("::", "::1", "1::1"),
    "uri": ("a:", "a:b", "a:bc", "urn:a", "urn:a:b", "http://a.co", "https://a.co/b"),
    "iri": ("a:", "a:b", "a:bc", "urn:a", "urn:a:b", "http://a.co", "https://a.co/b"),
    "uri-reference": ("", "a", "/a", "/ab"),
    "iri-reference": ("", "a", "/a", "/ab"),
    "uri-template": ("", "a", "{a}", "/{a}"),
    "json-pointer": ("", "/a", "/ab"),
    "relative-json-pointer": ("0", "1", "0/a", "1/ab"),
    "regex": ("", "a", "a+", "^a$"),
    "duration": ("P1D", "PT1M", "P1W"),
    "byte": ("", "YQ==", "YWI=", "YWJj"),
    "binary": ("", "a", "ab"),
}
"""Short strings of formats whose usual ones may be too long."""
