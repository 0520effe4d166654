"""The catalogue: what is known about each Workers AI model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mockserver.errors import MockflareError, UnknownName, nearest

STATUSES = ("active", "retired", "unlisted")
_REQUIRED = ("name", "family", "task", "status", "description")
_SOURCES = {"@cf": 1, "@hf": 2}
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Task:
    """What a model is for, as the service files it."""

    name: str
    """The display name, e.g. "Text Generation"."""
    id: str | None
    """The service's uuid, None where it is not established."""
    description: str


@dataclass(frozen=True, slots=True)
class Model:
    """One model; a fact that is not established is None, empty or False."""

    name: str
    """The whole name, e.g. "@cf/meta/llama-3.2-1b-instruct"."""
    family: str
    """Which task file says what goes in and comes out."""
    task: str
    """Display name of the task."""
    status: str
    """active, retired or unlisted."""
    description: str
    context_window: int | None
    """Tokens of input and output together."""
    max_tokens_default: int | None
    capabilities: frozenset[str]
    alias_to: str | None
    """The model that answers in place of this one."""
    deprecated_on: str | None
    """The day of retirement, YYYY-MM-DD."""
    added: str | None
    """The day of arrival, YYYY-MM-DD."""
    requires_workers_paid: bool
    rate_limit_rpm: int | None
    """Requests per minute and account."""
    facts: Mapping[str, Any]
    """The whole record."""

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Model:
        """Return the model of one record of the catalogue file."""
        fact = record.get
        return cls(
            name=record["name"],
            family=record["family"],
            task=record["task"],
            status=record["status"],
            description=record["description"],
            context_window=fact("context_window"),
            max_tokens_default=fact("max_tokens_default"),
            capabilities=frozenset(fact("capabilities") or ()),
            alias_to=fact("alias_to"),
            deprecated_on=fact("deprecated_on"),
            added=fact("added"),
            requires_workers_paid=bool(fact("requires_workers_paid")),
            rate_limit_rpm=fact("rate_limit_rpm"),
            facts=record,
        )

    @property
    def author(self) -> str:
        """The second part of the name unless the record says otherwise."""
        return str(self.facts.get("author") or self.name.split("/", 2)[1])

    @property
    def slug(self) -> str:
        """The last part of the name."""
        return self.name.split("/", 2)[2]

    @property
    def source(self) -> int:
        """1 for @cf, 2 for @hf, unless the record says otherwise."""
        return int(self.facts.get("source") or _SOURCES[self.name.split("/", 1)[0]])

    @property
    def active(self) -> bool:
        """Whether the service offers the model."""
        return self.status == "active"

    @property
    def embedding(self) -> Mapping[str, Any]:
        """Facts about its vectors (dimensions, batch_max, pooling, pooling_default), empty for other models."""
        return self.facts.get("embedding") or _NOTHING

    @property
    def reasoning(self) -> Mapping[str, Any]:
        """Facts about its thinking (effort_levels, default_effort, can_disable, aliases, toggle), often empty."""
        return self.facts.get("reasoning") or _NOTHING


class Catalogue(Mapping[str, Model]):
    """The models by name, in the order of the file; Model objects are made when first asked for.

    Subscription gives the record of exactly that name and raises UnknownName; `find` also follows aliases.
    """

    def __init__(self, records: Mapping[str, Mapping[str, Any]], tasks: Mapping[str, Task]) -> None:
        self._records = dict(records)
        self._models: dict[str, Model] = {}
        self.tasks = dict(tasks)
        """The tasks by display name."""

    @classmethod
    def from_content(cls, content: Any) -> Catalogue:
        """Read a parsed catalogue file; a malformed one raises MockflareError."""
        if not isinstance(content, Mapping) or not isinstance(content.get("models"), list):
            raise MockflareError("a catalogue is a mapping with a list `models` and a mapping `tasks`")
        tasks = _tasks(content.get("tasks"))
        records: dict[str, Mapping[str, Any]] = {}
        for index, record in enumerate(content["models"]):
            _check(index, record, tasks)
            name = record["name"]
            if name in records:
                raise MockflareError(f"catalogue, model {index}: {name!r} is there already; a name may occur once")
            records[name] = record
        for name, record in records.items():
            target = record.get("alias_to")
            if target is not None and target not in records:
                raise MockflareError(f"catalogue, {name}: alias_to: {UnknownName('model', str(target), records)}")
        return cls(records, tasks)

    def at(self, positions: Mapping[str, str]) -> Catalogue:
        """Return the catalogue with what records say under `disputed` for these positions of switches."""
        records = {name: _settled(record, positions) for name, record in self._records.items()}
        same = all(records[name] is record for name, record in self._records.items())
        return self if same else Catalogue(records, self.tasks)

    def find(self, name: str) -> Model | None:
        """Return the model that answers to `name`: its own record, or the one its alias leads to; None when unknown."""
        seen: set[str] = set()
        while name in self._records and name not in seen:
            seen.add(name)
            model = self[name]
            if model.alias_to is None:
                return model
            name = model.alias_to
        return None

    def nearest(self, name: str) -> str | None:
        """Return the active model whose name, or last part of the name, resembles `name` most; None if none does."""
        names = [model.name for model in self.select(status="active")]
        slugs = {known.rsplit("/", 1)[-1]: known for known in names}
        return nearest(name, names) or slugs.get(nearest(name.rsplit("/", 1)[-1], slugs) or "")

    def select(
        self,
        *,
        task: str | None = None,
        family: str | None = None,
        capability: str | None = None,
        status: str | None = None,
    ) -> list[Model]:
        """Return the models that meet every condition given, in the order of the file."""
        return [
            self[name]
            for name, record in self._records.items()
            if (task is None or record["task"] == task)
            and (family is None or record["family"] == family)
            and (status is None or record["status"] == status)
            and (capability is None or capability in (record.get("capabilities") or ()))
        ]

    def __getitem__(self, name: str) -> Model:
        model = self._models.get(name)
        if model is None:
            try:
                record = self._records[name]
            except KeyError:
                raise UnknownName("model", name, self._records) from None
            model = self._models[name] = Model.from_record(record)
        return model

    def get(self, name: str, default: Any = None) -> Any:
        """Return the model of that name or `default`, without an error."""
        return self[name] if name in self._records else default

    def __contains__(self, name: object) -> bool:
        return name in self._records

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


def _settled(record: Mapping[str, Any], positions: Mapping[str, str]) -> Mapping[str, Any]:
    """Return a record with the facts that it has for the positions of switches, itself when there are none."""
    for switch, sides in (record.get("disputed") or {}).items():
        facts = sides.get(positions.get(switch))
        record = record if facts is None else _over(record, facts)
    return record


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return two mappings as one, the second ruling; what are mappings in both are merged in the same way."""
    merged = {
        name: _over(below[name], value)
        if isinstance(value, Mapping) and isinstance(below.get(name), Mapping)
        else value
        for name, value in above.items()
    }
    return {**below, **merged}


def _tasks(content: Any) -> dict[str, Task]:
    if not isinstance(content, Mapping) or not all(isinstance(facts, Mapping) for facts in content.values()):
        raise MockflareError("catalogue: `tasks` maps each display name to {id, description}")
    return {name: Task(name, facts.get("id"), facts.get("description") or "") for name, facts in content.items()}


def _check(index: int, record: Any, tasks: Mapping[str, Task]) -> None:
    """Raise MockflareError unless `record` has what every model has."""
    if not isinstance(record, Mapping):
        raise MockflareError(f"catalogue, model {index}: a record is a mapping, this is {record!r}")
    for key in _REQUIRED:
        if not isinstance(record.get(key), str):
            label = record.get("name", f"model {index}")
            found = repr(record[key]) if key in record else "nothing"
            raise MockflareError(f"catalogue, {label}: `{key}` is text, found {found}")
    name = record["name"]
    if len(name.split("/", 2)) != 3 or (name.split("/", 1)[0] not in _SOURCES and "source" not in record):
        raise MockflareError(f"catalogue, {name}: a name is @cf/<author>/<model> or @hf/<author>/<model>")
    if record["status"] not in STATUSES:
        raise MockflareError(f"catalogue, {name}: {UnknownName('status', record['status'], STATUSES)}")
    if record["task"] not in tasks:
        raise MockflareError(f"catalogue, {name}: {UnknownName('task', record['task'], tasks)}")
    if not isinstance(record.get("capabilities") or [], list):
        raise MockflareError(f"catalogue, {name}: `capabilities` is a list, found {record['capabilities']!r}")
    for key in ("embedding", "reasoning", "disputed"):
        if not isinstance(record.get(key) or {}, Mapping):
            raise MockflareError(f"catalogue, {name}: `{key}` is a mapping, found {record[key]!r}")
