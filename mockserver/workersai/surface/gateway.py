"""Paths in the manner of the AI gateway: other spellings of the paths of the API.

`/v1/{account}/{gateway}/workers-ai/…` and `/v1/{account}/{gateway}/compat/chat/completions` are what clients send that
have `https://gateway.ai.cloudflare.com` as their base. The gateway itself (caching, limits, other providers) is not
here: the answer is that of the path behind it, and any gateway id will do.
"""

from __future__ import annotations

import re

_PATH = re.compile(r"/v1/([^/]+)/[^/]+/(?:workers-ai/(?:(run/.+|v1/.+)|((?:@|%40).+))|compat/(chat/completions))/?")


def path_of(path: str) -> str:
    """Return the path of the API that a path of the gateway leads to; any other path comes back as it is.

    >>> path_of("/v1/0123/my-gateway/workers-ai/@cf/baai/bge-m3")
    '/accounts/0123/ai/run/@cf/baai/bge-m3'
    >>> path_of("/v1/0123/my-gateway/compat/chat/completions")
    '/accounts/0123/ai/v1/chat/completions'
    """
    match = _PATH.fullmatch(path)
    if match is None:
        return path
    account, rest, model, compatible = match.groups()
    return f"/accounts/{account}/ai/" + (rest or (f"run/{model}" if model else f"v1/{compatible}"))
