"""The real service in the place of the mock, for tests that are marked for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from mockserver.errors import UsageError

LIVE_URL = "https://api.cloudflare.com/client/v4"
"""What the cloudflare SDKs take as `base_url` by default."""
TOKEN = "CLOUDFLARE_API_TOKEN"
ACCOUNT = "CLOUDFLARE_ACCOUNT_ID"


@dataclass(frozen=True, slots=True)
class LiveService:
    """The addresses and credentials of the real service, by the names that a MockServer has for its own."""

    base_url: str
    account_id: str = field(repr=False)
    token: str = field(repr=False)

    @classmethod
    def from_environment(cls, base_url: str = LIVE_URL, environment: Mapping[str, str] = os.environ) -> LiveService:
        """Return the service with the credentials of the environment; raises UsageError when one is missing."""
        missing = [name for name in (TOKEN, ACCOUNT) if not environment.get(name)]
        if missing:
            raise UsageError(f"the live service needs credentials: set {' and '.join(missing)}")
        if not base_url.startswith(("http://", "https://")):
            raise UsageError(f"{base_url!r} is no address of a service; one like {LIVE_URL} would be right")
        return cls(base_url.rstrip("/"), environment[ACCOUNT], environment[TOKEN])

    @property
    def url(self) -> str:
        """The origin."""
        return "/".join(self.base_url.split("/", 3)[:3])

    @property
    def openai_url(self) -> str:
        """What the OpenAI SDKs take as `base_url`."""
        return f"{self.base_url}/accounts/{self.account_id}/ai/v1"

    @property
    def requests(self) -> NoReturn:
        """The real service keeps no journal: raises UsageError."""
        raise UsageError("the live service keeps no journal; a test that looks at `requests` is for the mock alone")

    def on(self, target: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Raise UsageError: nobody can say what the real service answers."""
        raise UsageError(f"the live service takes no responder for {target}; a test with one is for the mock alone")

    def fail(self, target: str, error: int | str, times: int = 1) -> None:
        """Raise UsageError: nobody can say when the real service fails."""
        raise UsageError(f"the live service takes no fault for {target}; a test with one is for the mock alone")

    def reset(self) -> None:
        """Do nothing: there is nothing to forget."""
