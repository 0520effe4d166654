"""Registries: named things somebody owns and passes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from mockserver.errors import UnknownName, UsageError

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """Named things of one kind; an unknown name fails with the nearest known one.

    >>> responders = Registry[int]("responder")
    >>> responders.add("embeddings", 1)
    >>> responders["embedding"]
    Traceback (most recent call last):
    ...
    mockserver.errors.UnknownName: unknown responder 'embedding'; did you mean 'embeddings'?
    """

    def __init__(self, kind: str, items: Mapping[str, T] | None = None) -> None:
        self.kind = kind
        self._items: dict[str, T] = dict(items or {})

    def add(self, name: str, item: T, *, replace: bool = False) -> None:
        """Register `item`; a name that is taken raises UsageError unless `replace` is set."""
        if name in self._items and not replace:
            raise UsageError(f"{self.kind} {name!r} is registered already; pass replace=True to replace it")
        self._items[name] = item

    def copy(self) -> Registry[T]:
        """Return an independent registry with the same content."""
        return Registry(self.kind, self._items)

    def __getitem__(self, name: str) -> T:
        try:
            return self._items[name]
        except KeyError:
            raise UnknownName(self.kind, name, self._items) from None

    def get(self, name: str, default: T | None = None) -> T | None:  # type: ignore[override]
        """Return the item or `default`, without an error."""
        return self._items.get(name, default)

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
