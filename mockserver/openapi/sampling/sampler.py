"""The sampler: valid instances of a schema, the same ones from the same random state."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from random import Random
from threading import Lock
from typing import Any

from mockserver.errors import InvalidSchema
from mockserver.openapi.sampling.absorbing import Absorber
from mockserver.openapi.sampling.costs import ENDLESS, Costs, Weights, compiling_work
from mockserver.openapi.sampling.draws import Draw, Plan
from mockserver.openapi.sampling.faults import Exhausted, Unsatisfiable
from mockserver.openapi.sampling.judges import Judges
from mockserver.openapi.sampling.references import References
from mockserver.openapi.sampling.values import MISSING, Missing, copied, is_json, volume
from mockserver.openapi.sampling.work import LIMIT, Work
from mockserver.openapi.validation import Schema, Validator, compiled

SIZES = ("minimal", "typical", "maximal")
_MOST_WORK = 200_000
_MOST_JUDGING = 8_000_000
_MOST_COMPILING = 5_000_000
_ATTEMPTS = 6
_LEAN = 3
"""From this attempt on, only what is required is built; one that took too much work goes on here."""
_EXAMPLES = 50
_DRAFTS = {
    "draft-04": "4",
    "draft-06": "6",
    "draft-07": "7",
    "2019-09": "2019-09",
    "2020-12": "2020-12",
}


class Sampler:
    """Draws values that are valid for one schema.

    `schema` is self-contained: every reference in it is local. A `$schema` keyword wins over `draft`.
    Nothing is compiled before the first sample.
    """

    def __init__(self, schema: Schema, *, draft: str = "2020-12", validator: Validator | None = None) -> None:
        self._schema = schema
        self._draft = draft_of(schema, draft)
        self._given = validator
        self._lock = Lock()  # what is known about the schema is shared by all samples
        self.spent = 0
        """The units of work that the latest sample took."""

    def sample(
        self,
        random: Random,
        *,
        words: Sequence[str] = (),
        numbers: Sequence[int | float] = (),
        like: Any = MISSING,
        size: str = "typical",
        items: tuple[int, int] | None = None,
    ) -> Any:
        """Return a JSON value that is valid for the schema; the same for the same random state and arguments.

        `words` and `numbers` are used where the schema leaves room for them; of `like` every part that the
        schema allows is kept; `size` is "minimal" (only what is required), "typical" or "maximal" (every
        optional property). `items` is how many items arrays have, at least and at most, where the schema allows
        that; arrays within arrays are shorter. Raises Unsatisfiable when no valid value is found with bounded work.
        """
        if size not in SIZES:
            raise ValueError(f"size {size!r} is not one of {', '.join(SIZES)}")
        try:
            with self._lock:
                return self._sample(random, words, numbers, like, size, items)
        except RecursionError:
            raise Unsatisfiable("the schema is nested too deeply") from None

    def _sample(
        self,
        random: Random,
        words: Sequence[str],
        numbers: Sequence[float],
        like: Any,
        size: str,
        items: tuple[int, int] | None,
    ) -> Any:
        plan, validator = self._plan, self._validator
        if not isinstance(like, Missing) and validator.is_valid(like):
            return copied(like)
        reason, exhausted = "", False
        work = Work()
        plan.begin(work)
        attempt = 0
        while attempt < _ATTEMPTS:
            work.limit = LIMIT if attempt >= _LEAN else LIMIT * 6 // 10
            draw = Draw(
                plan,
                random,
                words=words if attempt < 4 else (),
                numbers=numbers if attempt < 4 else (),
                size=size if attempt < _LEAN else "minimal",
                items=items if attempt < _LEAN else None,
            )
            try:
                value = draw.value((plan.absorber.references.root,), like=like if attempt < 2 else MISSING)
            except Exhausted as tired:
                reason, exhausted = str(tired), True
                attempt = max(attempt, _LEAN - 1) if attempt < _LEAN else _ATTEMPTS
            except Unsatisfiable as dead:
                reason = str(dead)
            else:
                self.spent = work.spent
                if plan.weights.most * volume(value) > _MOST_JUDGING:
                    raise Unsatisfiable("judging a value of the size that is asked for takes too much work")
                if validator.is_valid(value):
                    return value
                if found := validator.violations(value):
                    reason = f"{found[0].keyword} at {found[0].pointer or 'the root'}: {found[0].message}"
            attempt += 1
        self.spent = work.spent
        for example in self._examples()[:_EXAMPLES]:
            if validator.is_valid(example):
                return copied(example)
        if exhausted and self._is_endless(plan):
            reason = "every value seems to be endless: what the schema requires leads back to it"
        raise Unsatisfiable(f"no valid instance found: {reason[:500]}")

    @staticmethod
    def _is_endless(plan: Plan) -> bool:
        try:
            return plan.costs.height((plan.absorber.references.root,), Work()) >= ENDLESS
        except Exhausted:
            return False

    def _examples(self) -> list[Any]:
        if not isinstance(self._schema, dict):
            return []
        listed = self._schema.get("examples")
        single = [self._schema[word] for word in ("example", "default") if word in self._schema]
        return [each for each in [*(listed if isinstance(listed, list) else ()), *single] if is_json(each)]

    @cached_property
    def _plan(self) -> Plan:
        references = References(self._schema, self._draft)
        if compiling_work(self._schema) > _MOST_COMPILING:
            raise Unsatisfiable("its patterns, or its many $id and $ref, take too much work to compile")
        weights = Weights(references, _MOST_WORK)
        if weights.most > _MOST_WORK:
            raise Unsatisfiable("allOf, anyOf, oneOf or $ref multiply into too much work to judge one value")
        judges = Judges(self._schema, self._draft, weights)
        return Plan(Absorber(references, self._draft), judges, Costs(references), weights)

    @cached_property
    def _validator(self) -> Validator:
        if self._given is not None:
            return self._given
        try:
            return compiled(self._schema, draft=self._draft)
        except InvalidSchema as invalid:
            raise Unsatisfiable(f"the schema cannot be compiled: {invalid}") from None


def draft_of(schema: Schema, default: str) -> str:
    """Return the draft that a schema names in `$schema`, else the default."""
    named = schema.get("$schema") if isinstance(schema, dict) else None
    if isinstance(named, str):
        for mark, draft in _DRAFTS.items():
            if mark in named:
                return draft
    return default
