"""Adapters: what a mock remembers of the LoRA files that were registered and uploaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
FILES = (CONFIG, WEIGHTS)
MOST = 100
"""Adapters that an account may have."""


@dataclass(slots=True)
class Adapter:
    """One adapter and which of its files are there; the bytes of the files are not kept."""

    account: str
    record: dict[str, Any]
    """The adapter as the lists show it."""
    files: set[str] = field(default_factory=set)

    @property
    def complete(self) -> bool:
        """Whether both files were uploaded."""
        return self.files.issuperset(FILES)


class Adapters:
    """The adapters by id, in the order of their registration."""

    def __init__(self) -> None:
        self._by_id: dict[str, Adapter] = {}

    def add(self, adapter: Adapter) -> None:
        """Keep an adapter; one of that id is replaced."""
        self._by_id[adapter.record["id"]] = adapter

    def of(self, account: str) -> list[Adapter]:
        """Return the adapters of an account."""
        return [adapter for adapter in self._by_id.values() if adapter.account == account]

    def find(self, account: str, name: str) -> Adapter | None:
        """Return the account's adapter of that id, else the newest of that name, None when there is none."""
        own = self.of(account)
        by_id = next((adapter for adapter in own if adapter.record["id"] == name), None)
        return by_id or next((adapter for adapter in reversed(own) if adapter.record["name"] == name), None)
