"""Plausible plain words and numbers, chosen by the name of the property they stand in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from random import Random

from mockserver.openapi.sampling import formats

WORDS = (
    "amber", "harbor", "signal", "meadow", "copper", "lantern", "orbit", "maple", "river", "summit", "cedar",
    "velvet", "canyon", "ember", "falcon", "garden", "island", "jasper", "kettle", "lagoon", "marble", "nectar",
    "ocean", "pepper", "quartz", "ripple", "saddle", "timber", "umbra", "violet", "willow", "zephyr",
)  # fmt: skip

_LISTED: dict[str, tuple[str, ...]] = {
    "city": ("Lisbon", "Paris", "London", "Tokyo", "Nairobi", "Lima", "Austin", "Oslo", "Toronto", "Sydney"),
    "country": ("Portugal", "France", "Japan", "Kenya", "Peru", "Norway", "Canada", "Australia"),
    "location": ("Lisbon, PT", "Paris, FR", "London, UK", "Tokyo, JP", "Austin, TX", "Oslo, NO"),
    "name": ("Ada Lovelace", "Grace Hopper", "Alan Turing", "Barbara Liskov", "Radia Perlman", "Katherine Johnson"),
    "username": ("ada", "grace", "alan", "barbara", "radia", "katherine"),
    "currency": ("USD", "EUR", "GBP", "JPY", "CHF"),
    "language": ("en", "fr", "de", "es", "ja", "pt"),
    "locale": ("en-US", "fr-FR", "de-DE", "es-ES", "ja-JP"),
    "timezone": ("UTC", "Europe/Lisbon", "America/New_York", "Asia/Tokyo"),
    "color": ("red", "green", "blue", "orange", "purple"),
    "status": ("active", "pending", "done"),
    "unit": ("celsius", "fahrenheit", "meter", "kilogram"),
    "phone": ("+1-202-555-0143", "+44 20 7946 0958", "+33 1 99 00 12 34"),
    "street": ("12 Harbor Lane", "4 Maple Street", "221 Summit Road"),
    "zip": ("10001", "94107", "60601", "73301"),
    "path": ("docs/report.txt", "images/logo.png", "src/main.py"),
    "company": ("Northwind", "Acme", "Globex", "Initech"),
    "version": ("1.0.0", "1.2.3", "2.0.1"),
}
_WRITTEN: dict[str, formats.Format] = {
    "email": formats.email,
    "url": formats.uri,
    "date": formats.date,
    "time": formats.time,
    "timestamp": formats.date_time,
    "hostname": formats.hostname,
    "ip": formats.ipv4,
    "uuid": formats.uuid,
    "id": lambda random, low, words: "".join(random.choices("0123456789abcdef", k=12)),
}
_SAME = {
    "uri": "url", "link": "url", "href": "url", "website": "url", "homepage": "url", "mail": "email",
    "town": "city", "place": "location", "destination": "city", "origin": "city", "region": "country",
    "nation": "country", "lang": "language", "tz": "timezone", "colour": "color", "state": "status",
    "units": "unit", "telephone": "phone", "mobile": "phone", "address": "street", "postcode": "zip",
    "postal": "zip", "file": "path", "filename": "path", "organization": "company", "user": "username",
    "author": "name", "host": "hostname", "domain": "hostname", "day": "date", "birthday": "date",
    "created": "timestamp", "updated": "timestamp", "at": "timestamp", "datetime": "timestamp", "guid": "uuid",
}  # fmt: skip
_FROM_WORDS = frozenset(("city", "country", "location", "company", "name"))
_LONG = frozenset(
    ("description", "text", "content", "message", "prompt", "summary", "body", "comment", "query", "question", "answer")
)
_TITLES = frozenset(("title", "label", "subject", "heading"))
_RANGES: dict[str, tuple[float, float]] = {
    "latitude": (-90, 90), "lat": (-90, 90), "longitude": (-180, 180), "lon": (-180, 180), "lng": (-180, 180),
    "year": (1990, 2035), "month": (1, 12), "day": (1, 28), "hour": (0, 23), "minute": (0, 59), "age": (18, 90),
    "score": (0, 1), "probability": (0, 1), "confidence": (0, 1), "temperature": (0, 30), "count": (1, 10),
    "limit": (1, 50), "page": (1, 5), "quantity": (1, 10), "port": (1024, 65535), "timestamp": (1.5e9, 1.9e9),
}  # fmt: skip


@lru_cache(maxsize=4096)
def topic(name: str) -> str:
    """Return what a property of this name is about: "shipToCity" is about "city"."""
    parts: list[str] = [part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)]
    whole = "".join(parts)
    for word in (whole, *reversed(parts)):
        word = _SAME.get(word, word)
        if word in _LISTED or word in _WRITTEN or word in _LONG or word in _TITLES or word in _RANGES:
            return word
    return ""


def phrase(random: Random, words: Sequence[str], name: str) -> str:
    """Return a plausible text for a property called `name`, made of `words` when there are any."""
    about = topic(name) if name else ""
    if about in _WRITTEN:
        return _WRITTEN[about](random, 0, words)
    if about in _LISTED:
        proper = [word for word in words if word[:1].isupper() and word.isalpha()] if about in _FROM_WORDS else []
        return random.choice(proper or list(_LISTED[about]))
    vocabulary = words or WORDS
    count = random.randint(4, 9) if about in _LONG else random.randint(2, 3) if about in _TITLES else 1
    if count == 1 and not name:
        count = random.randint(1, 3)
    if words:
        start = random.randrange(len(words))
        text = " ".join(words[start : start + count])
    else:
        text = " ".join([random.choice(vocabulary) for _ in range(count)])
    return text[:1].upper() + text[1:] if about in _LONG or about in _TITLES else text


def span(name: str) -> tuple[float, float] | None:
    """Return the usual range of a number called `name`, if it has one."""
    return _RANGES.get(topic(name)) if name else None
