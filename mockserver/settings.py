"""Settings: flag, then `MOCKFLARE_*` environment variable, then configuration file, then default."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mockserver.errors import UnknownName, UsageError

DEFAULT_TOKEN = "mockflare-token"
"""The token that the mock accepts when nobody names another."""

DEFAULT_ACCOUNT = "0123456789abcdef0123456789abcdef"
"""The account id in samples and fixtures; the mock answers for any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a mock can be told."""

    spec: str | None = None
    """OpenAPI document to serve; None is the bundled Workers AI contract."""
    overlays: tuple[str, ...] = ()
    """OpenAPI Overlay files, applied in order after the bundled one."""
    artifacts: tuple[str, ...] = ()
    """Microcks' APIExamples and APIMetadata files for the document, merged in order."""
    bundled_overlay: bool = True
    """Whether the bundled document is mended, widened and given one path per model."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8787
    """Port to listen on; 0 takes a free one."""
    reload: bool = True
    """Whether the files of a contract of your own are watched, and the contract is read again when they change."""
    workers: int = 1
    """Server processes."""
    seed: int = 0
    """Same seed and same request, same bytes."""
    tokens: tuple[str, ...] = ()
    """Accepted API tokens; none means the mock's own and `CLOUDFLARE_API_TOKEN` of its environment, and any token for a
    document other than Workers AI's."""
    auth: bool = True
    """Whether credentials are asked for."""
    fidelity: str = "lenient"
    """`lenient` answers with a warning where refusing would only hinder offline work; `strict` refuses; `document` does
    as the document says where the service does not: what it allows is answered, for tools that know nothing else."""
    clock: str = "fixed"
    """`fixed` derives every time from the request; `real` uses the machine's clock."""
    ttft: float = 0.0
    """Milliseconds before the first piece of a stream."""
    tokens_per_second: float = 0.0
    """Pieces of a stream per second; 0 is as fast as they can be sent."""
    max_body: int = 32 * 1024 * 1024
    """Largest request body in bytes."""
    journal_size: int = 1000
    """Exchanges that the journal keeps."""
    microcks: str = "auto"
    """How Microcks' extensions and paired examples are followed: `auto` where a document has them, `strict` everywhere
    and with Microcks' refusals, `off` not at all."""
    allow: tuple[str, ...] = ()
    """Hosts, origins and networks that remote references may lead to, and to which the dispatchers `PROXY` may send
    requests on; nobody unless named."""
    max_delay: float = 60_000.0
    """Milliseconds that an answer is held back at most, whatever a document or a request asks for."""
    dynamic: bool = False
    """Whether a document other than Workers AI's is answered from its schemas even where it has examples."""
    array_items: str = ""
    """How many items arrays made from such a document's schemas have: `3` or `2-5`; as it comes unless told."""
    optional_fields: str = "typical"
    """Which optional members are made from such schemas: `minimal`, `typical` or `maximal`."""
    switches: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Named behaviours where the facts are contradictory, by switch name."""

    def __post_init__(self) -> None:
        _one_of("fidelity", self.fidelity, ("lenient", "strict", "document"))
        _one_of("clock", self.clock, ("fixed", "real"))
        _one_of("optional_fields", self.optional_fields, ("minimal", "typical", "maximal"))
        if self.array_items and not _ITEMS.fullmatch(self.array_items):
            raise UsageError(f"array_items is {self.array_items!r}; a number or two such as 2-5 would be right")
        _one_of("microcks", self.microcks, ("auto", "strict", "off"))
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if not low <= value <= high:
                raise UsageError(f"{name} is {value}; it has to lie between {low} and {high}")

    @classmethod
    def load(cls, flags: Mapping[str, Any] = MappingProxyType({}), *, folder: Path | None = None) -> Settings:
        """Return the settings in force: `flags` (those not None), environment, configuration file, defaults.

        The file is `mockflare.toml` or the table `[tool.mockflare]` of `pyproject.toml` in `folder`, by default
        the working directory. Raises UsageError for an unknown name or a value of the wrong type.
        """
        values: dict[str, Any] = {}
        for origin, found in (
            *_from_file(folder or Path.cwd()),
            ("the environment", _from_environment(os.environ)),
            ("the command line", {name: value for name, value in flags.items() if value is not None}),
        ):
            for name, value in found.items():
                if name not in _TYPES:
                    raise UnknownName(f"setting in {origin},", name, _TYPES)
                values[name] = _typed(name, value, origin)
        return cls(**values)


_RANGES = (
    ("port", 0, 65535),
    ("workers", 1, 256),
    ("ttft", 0, 3_600_000),
    ("tokens_per_second", 0, 1_000_000),
    ("max_body", 1, 1 << 31),
    ("journal_size", 0, 1_000_000),
    ("max_delay", 0, 3_600_000),
)
_ITEMS = re.compile(r"[0-9]{1,4}(-[0-9]{1,4})?")
_TYPES: dict[str, str] = {each.name: str(each.type) for each in fields(Settings)}
_NOT_SETTINGS = frozenset(("MOCKFLARE_CACHE",))  # where parsed YAML is kept: read before there are settings
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UnknownName(name, str(value), known)


def _from_file(folder: Path) -> list[tuple[str, Mapping[str, Any]]]:
    for name, path in (("mockflare.toml", ()), ("pyproject.toml", ("tool", "mockflare"))):
        file = folder / name
        try:
            content: Any = tomllib.loads(file.read_text("utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UsageError(f"{file}: not readable as TOML: {error}") from None
        for part in path:
            content = content.get(part, {}) if isinstance(content, dict) else {}
        if content:
            return [(str(file), {key.replace("-", "_"): value for key, value in content.items()})]
    return []


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    prefix = "MOCKFLARE_"
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in environment.items()
        if name.startswith(prefix) and name not in _NOT_SETTINGS
    }


def _typed(name: str, value: Any, origin: str) -> Any:
    kind = _TYPES[name]
    try:
        if kind == "bool":
            return value if isinstance(value, bool) else _boolean(value)
        if kind in ("int", "float"):
            if isinstance(value, bool):
                raise ValueError
            if kind == "float":
                return float(value)
            if isinstance(value, float) and not value.is_integer():
                raise ValueError
            return int(value)
        if kind == "tuple[str, ...]":
            items = value.split(",") if isinstance(value, str) else value
            return tuple(str(item).strip() for item in items if str(item).strip())
        if kind == "Mapping[str, str]":
            if isinstance(value, str):
                value = dict(pair.split("=", 1) for pair in value.split(",") if pair.strip())
            return MappingProxyType({str(key).strip(): str(each).strip() for key, each in value.items()})
        return value if value is None else str(value)
    except (ValueError, TypeError, AttributeError):
        raise UsageError(f"{name} from {origin} is {value!r}; a value of type {kind} would be right") from None


def _boolean(text: Any) -> bool:
    folded = str(text).strip().lower()
    if folded in _TRUE:
        return True
    if folded in _FALSE:
        return False
    raise ValueError
