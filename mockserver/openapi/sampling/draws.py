"""One draw: building a value for a schema, place by place, trying other choices where one fails."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from itertools import islice
from random import Random
from typing import Any

from mockserver.openapi.sampling import arrays, objects, scalars
from mockserver.openapi.sampling.absorbing import Absorber
from mockserver.openapi.sampling.branches import views
from mockserver.openapi.sampling.costs import Costs, Weights
from mockserver.openapi.sampling.depths import DEEPEST, USUAL, room
from mockserver.openapi.sampling.faults import Dead
from mockserver.openapi.sampling.judges import Judges
from mockserver.openapi.sampling.keywords import EXCLUDED
from mockserver.openapi.sampling.references import Located
from mockserver.openapi.sampling.values import MISSING, TYPES, canonical, copied, exact, type_of, volume
from mockserver.openapi.sampling.views import Branch, Choice, View
from mockserver.openapi.sampling.work import STEP, Work

_RESTARTS = 8
_WORD = re.compile(r"[^\W_]+")
_VIEWS = 12
_KEPT = 4096
_EXAMPLES = 50
_FEW = 12
"""A oneOf with more branches than this is not built to avoid every other branch from the start."""
_BLAMED = 12
_CANDIDATES = 8
_BELOW = 6
"""From this depth on, only what is required is built."""


Rivals = dict[Any, tuple[Choice, dict[int, int]]]
"""For each oneOf with many branches: how many values met which of them, beside the one they were built for."""


class Plan:
    """What is known about one schema, whatever is drawn from it."""

    def __init__(self, absorber: Absorber, judges: Judges, costs: Costs, weights: Weights) -> None:
        self.absorber = absorber
        self.judges = judges
        self.costs = costs
        self.weights = weights
        self.work = Work()
        self._views: dict[Any, tuple[Branch, View | Dead, int]] = {}
        self._room = _KEPT

    def begin(self, work: Work) -> None:
        """Charge what follows to `work`, and make room for views."""
        self.work = self.absorber.work = self.judges.work = work
        if len(self._views) > _KEPT:
            self._views.clear()
        self._room = _KEPT

    def view(self, branch: Branch) -> View:
        """Return the view of schemas that all apply, its choices still open; not to be changed. Raises Dead."""
        key = tuple([at.key for at in branch])
        known = self._views.get(key)
        if known is None:
            view: View | Dead = View()
            spent = self.work.spent
            try:
                self.absorber.absorb(view, branch)  # type: ignore[arg-type]
            except Dead as dead:
                view = dead
            known = (branch, view, self.work.spent - spent)
            passing = branch and isinstance(branch[-1].schema, dict) and EXCLUDED in branch[-1].schema
            if self._room and not passing:
                self._room -= 1
                self._views[key] = known
                self.work.once(key, 0)
        else:
            self.work.once(key, known[2])
        if isinstance(known[1], Dead):
            raise Dead(*known[1].args)
        return known[1]


class Draw:
    """The building of one value."""

    def __init__(
        self,
        plan: Plan,
        random: Random,
        *,
        words: Sequence[str] = (),
        numbers: Sequence[float] = (),
        size: str = "typical",
        items: tuple[int, int] | None = None,
        soft: int = 2_000,
    ) -> None:
        self.plan = plan
        self.random = random
        self.words = words
        self.numbers = numbers
        self.size = size
        self.items = items
        self.arrays = 0
        """How many arrays what is being built stands in."""
        self.soft = soft
        self.steps = 0
        self.spread = 1
        """How many times as wide as usual numbers and strings vary, where they have to differ."""
        self._active: dict[Any, int] = {}
        self._lean = False

    def spend(self, amount: int) -> None:
        """Account for steps. Raises Exhausted when the work allowed is used up."""
        self.steps += amount
        self.plan.work.spend(STEP * amount)

    def lean(self, depth: int) -> bool:
        """Say whether to build only what is required."""
        return self._lean or self.size == "minimal" or depth > _BELOW or self.steps > self.soft

    def value(self, branch: Branch, depth: int = 0, name: str = "", like: Any = MISSING) -> Any:
        """Return a value that all schemas of `branch` allow. Raises Dead or Exhausted."""
        self.spend(1)
        if depth > DEEPEST:
            raise Dead(f"instances are nested deeper than {DEEPEST} levels")
        key = tuple([id(at.schema) for at in branch])
        count = self._active.get(key, 0)
        before = self._lean
        self._active[key] = count + 1
        self._lean |= count >= 2 or (count == 1 and self.steps > 60)
        try:
            if depth == USUAL:
                with room():
                    return self._value(branch, depth, name, like)
            return self._value(branch, depth, name, like)
        finally:
            self._active[key] = count
            self._lean = before

    def _value(self, branch: Branch, depth: int, name: str, like: Any) -> Any:
        start = self.plan.view(branch)
        reason: Dead | None = None
        rivals: Rivals = {}
        uncertain = bool(start.choices or start.contains) or start.risky
        for restart in range(_RESTARTS if uncertain else 2):
            strict = restart > 0
            hint = like if restart < 3 else MISSING
            order = partial(self._ordered, depth=depth, strict=strict, like=hint, rivals=rivals)
            found = views(self.plan.absorber, start, order)
            try:
                for view in islice(found, _VIEWS):
                    try:
                        value = self._built(view, depth, name, hint)
                    except Dead as dead:
                        reason = dead
                    else:
                        if not view.risky or self._holds(branch, value):
                            return value
                        self._blame(rivals, value)
                        reason = Dead("not, oneOf, if or unevaluated parts do not hold together")
                    self.spend(1)
            except Dead as dead:
                reason = reason or dead
                if not strict:
                    break
        for example in start.examples[:_EXAMPLES]:
            if self._holds(branch, example):
                return copied(example)
        raise reason or Dead("no choice leads to a value")

    def _holds(self, branch: Branch, value: Any) -> bool:
        return all(self.plan.judges.holds(at, value) for at in branch)

    def _blame(self, rivals: Rivals, value: Any) -> None:
        """Count, for each oneOf with many branches, which of them `value` met."""
        for choice, met in rivals.values():
            for index, option in enumerate(choice.options):
                if self._holds(option, value):
                    met[index] = met.get(index, 0) + 1

    def _ordered(self, choice: Choice, depth: int, strict: bool, like: Any, rivals: Rivals) -> list[Branch]:
        options = choice.options
        lean = self.lean(depth)
        order = list(range(len(options)))
        if choice.keyword == "dependentSchemas":
            if lean or (self.size != "maximal" and self.random.random() < 0.5):
                order.reverse()
        elif choice.keyword == "if":
            if self.random.random() < 0.4:
                order.reverse()
        elif len(order) > 1:
            self.random.shuffle(order)
        if len(order) > 1:
            if like is not MISSING:
                order.sort(key=lambda index: -self._kept(options[index], like))
            elif lean:
                order.sort(key=lambda index: self.plan.costs.height(options[index], self.plan.work))
            elif choice.keyword in ("anyOf", "oneOf") and self.random.random() < 0.85:
                order.sort(key=lambda index: _plain(options[index]))
        if choice.keyword == "oneOf" and len(options) > _FEW and choice.source is not None:
            _, met = rivals.setdefault(choice.source.key, (choice, {}))
            return self._unlike_rivals(options, order, met) if met else [options[index] for index in order]
        if strict and choice.keyword == "oneOf":
            refused = [self.plan.absorber.refused(option[0]) for option in options]
            return [(*options[index], *(no for other, no in enumerate(refused) if other != index)) for index in order]
        return [options[index] for index in order]

    def _unlike_rivals(self, options: list[Branch], order: list[int], met: dict[int, int]) -> list[Branch]:
        """Return the options, each without some of the branches that values for another one were found to meet.

        The branch that was met most often is the most general one: it has the most room beside the others.
        """
        order.sort(key=lambda index: -met.get(index, 0))
        blamed = sorted(met)
        if len(blamed) > _BLAMED:
            blamed = sorted(self.random.sample(blamed, _BLAMED))
        refused = {index: self.plan.absorber.refused(options[index][0]) for index in blamed}
        return [
            (*options[index], *(no for other, no in refused.items() if other != index)) for index in order[:_CANDIDATES]
        ]

    def _kept(self, option: Branch, like: Any) -> int:
        """Estimate how much of `like` an option keeps."""
        try:
            view = self.plan.view(option)
        except Dead:
            return -100
        if type_of(like) not in view.types:
            return -10
        if view.enum is not None:
            return 20 if canonical(like) in {canonical(each) for each in view.enum} else -5
        score = 1
        if isinstance(like, dict):
            score += 2 * sum(name in view.properties for name in like) - 2 * sum(n not in like for n in view.required)
            for name, value in like.items():
                for at in view.properties.get(name, ()):
                    score += 3 * self._agrees(at, value)
        elif type_of(like) in ("string", "integer", "fraction"):
            score += 4 * self._scalar_fits(view, like)
        return score

    def _agrees(self, at: Located, value: Any) -> int:
        try:
            view = self.plan.view((at,))
        except Dead:
            return -1
        if view.enum is not None:
            return 2 if canonical(value) in {canonical(each) for each in view.enum} else -2
        return 1 if type_of(value) in view.types else -1

    def _scalar_fits(self, view: View, value: Any) -> bool:
        kind = type_of(value)
        if kind not in view.types:
            return False
        if kind in ("integer", "fraction") and not scalars.within(view, exact(value)):
            return False
        return kind not in ("integer", "fraction", "string") or self.plan.judges.scalar(view, value)

    def _built(self, view: View, depth: int, name: str, like: Any) -> Any:
        if view.enum is not None:
            return self._listed(view, depth, like)
        kinds = self._kinds(view, like, self.lean(depth))
        reason: Dead | None = None
        for kind in kinds:
            fits = like if like is not MISSING and type_of(like) == kind else MISSING
            try:
                return self._of_kind(kind, view, depth, name, fits)
            except Dead as dead:
                reason = reason or dead
        raise reason or Dead("type leaves no type")

    def _listed(self, view: View, depth: int, like: Any) -> Any:
        options = list(view.enum or ())
        if like is not MISSING and any(canonical(like) == canonical(each) for each in options):
            return copied(like)
        self.plan.work.spend(len(options) // 4)
        if len(options) > 1:
            self.random.shuffle(options)
            if None in options[:1] and self.random.random() < 0.85:
                options.append(options.pop(0))
            if self.words:
                known = {word.casefold() for word in self.words}
                options.sort(key=lambda each: not _is_spoken_of(each, known))
        for value in options:
            kind = type_of(value)
            if kind in ("object", "array"):
                if self._holds(tuple(view.sources), value):
                    self.plan.work.spend(volume(value))
                    return copied(value)
            elif self._scalar_fits(view, value):
                self.plan.work.spend(len(value) // 16 if isinstance(value, str) else 0)
                return value
        raise Dead("enum or const has no value that the rest allows")

    def _kinds(self, view: View, like: Any, lean: bool) -> list[str]:
        types = view.types
        if len(types) == 1:
            return list(types)
        kinds = [kind for kind in TYPES if kind in types]
        random = self.random
        random.shuffle(kinds)
        if len(types) == len(TYPES) or view.implied:
            hinted = {"number": ("fraction", "integer")}
            likely = [kind for word in view.implied for kind in hinted.get(word, (word,)) if kind in types]
            kinds.sort(key=lambda kind: kind not in (likely or ("string",)))
        elif {"integer", "fraction"} == types and view.step is None:
            kinds = ["fraction", "integer"] if random.random() < 0.8 else ["integer", "fraction"]
        if "null" in types and kinds[0] == "null" and random.random() < 0.85:
            kinds.append(kinds.pop(0))
        if lean and "fraction" not in kinds[:1] and kinds[0] in ("object", "array") and self._lean:
            kinds.sort(key=lambda kind: kind in ("object", "array"))
        if like is not MISSING and type_of(like) in kinds:
            kinds.sort(key=lambda kind: kind != type_of(like))
        return kinds

    def _of_kind(self, kind: str, view: View, depth: int, name: str, like: Any) -> Any:
        if kind == "object":
            return objects.build(self, view, depth, like)
        if kind == "array":
            return arrays.build(self, view, depth, name, like)
        if like is not MISSING and self._scalar_fits(view, like):
            return like
        if view.examples and self.size == "typical" and self.random.random() < 0.5:
            example = self.random.choice(view.examples)
            if type_of(example) == kind and self._scalar_fits(view, example):
                return example
        if kind == "string":
            text = scalars.string(view, self.random, name, self.words, self.plan.judges, self.spread)
            self.plan.work.spend(len(text) // 32)
            return text
        if kind in ("integer", "fraction"):
            return scalars.number(view, self.random, kind, name, self.numbers, self.plan.judges, self.spread)
        options = [True, False] if kind == "boolean" else [None]
        self.random.shuffle(options)
        barred = {canonical(each) for each in view.excluded}
        for value in options:
            if canonical(value) not in barred:
                return value
        raise Dead("not or enum bars every value")


def _is_spoken_of(value: Any, words: set[str]) -> bool:
    """Say whether every word of a literal is among the words that the values are to be made of."""
    found = _WORD.findall(value.casefold()) if isinstance(value, str) else ()
    return bool(found) and all(word in words for word in found)


def _plain(option: Branch) -> int:
    """Say how little an option tells of its values: null last, any text before it.

    A union of a number and text is usually a number that may be written as text (a decimal): any other text would be
    valid, and of no use.
    """
    schema = option[0].schema
    if not isinstance(schema, dict):
        return 0
    if schema.get("type") == "null":
        return 2
    return 1 if schema.get("type") == "string" and not schema.keys() - _SAYING_NOTHING else 0


_SAYING_NOTHING = frozenset(("type", "title", "description", "default", "examples", "$comment"))
