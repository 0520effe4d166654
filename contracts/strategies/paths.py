"""The same address in other spellings."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, unquote

from contracts.cases import Case
from contracts.exchanges import Intent
from contracts.making import Maker
from contracts.strategies.registry import strategy

_RUN = "/ai/run/"


@strategy("paths", "search")
def paths(make: Maker) -> Iterator[Case]:
    """A model's name in the path with its slashes as they are, and encoded, as SDKs send it: both are one address."""
    if make.smoke is not None:
        for name, spelled in spellings(make).items():
            reason = f"the model's name in the path, {name}"
            yield make.case(raw_path=spelled, reason=reason, group=name, role=f"spelled-{name.split()[0]}")


@strategy("strange-paths", "free", turns=3)
def strange_paths(make: Maker) -> Iterator[Case]:
    """Addresses that nobody has: with a slash, a dot, a null byte or half an escape more. They must not crash."""
    path = make.case().path
    if _has_namesakes(make):
        return  # one character more, and it is the path of another operation: `/users/login%` is `/users/{name}`
    for reason, spelled in (
        ("half an escape at the end of the path", f"{path}%"),
        ("a null byte at the end of the path", f"{path}%00"),
        ("bytes that are no UTF-8 at the end of the path", f"{path}%ff%fe"),
        ("an empty segment at the end of the path", f"{path}//"),
        ("a slash at the end of the path", f"{path}/"),
    ):
        yield make.case(raw_path=spelled, intent=Intent.PROBE, reason=reason)


def _has_namesakes(make: Maker) -> bool:
    """Say whether the last segment of the path is literal, and a parameter of another path stands in its place."""
    start, _, last = make.operation.path.partition("?")[0].rstrip("/").rpartition("/")
    paths = [each.partition("?")[0] for each in make.world.document.content.get("paths") or {}]
    beside = [each.removeprefix(start + "/") for each in paths if each.startswith(start + "/{")]
    return "{" not in last and any(each.endswith("}") and "/" not in each for each in beside)


def spellings(make: Maker) -> dict[str, str]:
    """Return the other spellings of an address that names a model, by what they are; none for other addresses."""
    start, found, model = make.case().path.partition(_RUN)
    plain = unquote(model)
    spelled = {"encoded": quote(plain, safe=""), "raw": plain, "encoded but for the @": quote(plain, safe="@")}
    return {name: f"{start}{_RUN}{each}" for name, each in spelled.items() if found and model and each != model}


STRATEGIES = (paths, strange_paths)
