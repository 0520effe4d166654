"""Objects that keep to a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.openapi.sampling import matches, vocabulary
from mockserver.openapi.sampling.faults import Dead
from mockserver.openapi.sampling.references import Located
from mockserver.openapi.sampling.values import MISSING, canonical
from mockserver.openapi.sampling.views import Branch, View

if TYPE_CHECKING:
    from mockserver.openapi.sampling.draws import Draw

_MOST = 10_000
_TEXT = Located({"type": "string"})


def build(draw: Draw, view: View, depth: int, like: Any) -> dict[str, Any]:
    """Return an object. Raises Dead when a required property, or the number of properties, cannot be met."""
    return _Building(draw, view, depth, like).build()


class _Building:
    def __init__(self, draw: Draw, view: View, depth: int, like: Any) -> None:
        self.draw = draw
        self.view = view
        self.depth = depth
        self.like: dict[str, Any] = like if isinstance(like, dict) else {}
        self.lean = draw.lean(depth)
        self.made: dict[str, Any] = {}

    def build(self) -> dict[str, Any]:
        view = self.view
        if view.min_properties > _MOST:
            raise Dead(f"minProperties {view.min_properties} is more than the {_MOST} built at most")
        wanted = self.wanted()
        for name in self.in_order(wanted):
            self.add(name, required=name in wanted and wanted[name])
        while len(self.made) < view.min_properties:
            self.add_another()
        for trigger, names in view.dependents if len(self.made) > len(wanted) else ():
            for name in names if trigger in self.made else ():
                if name not in self.made:
                    self.add(name, required=True)
        return self.barred()

    def wanted(self) -> dict[str, bool]:
        """Return the names to try, and whether each is required."""
        view, random = self.view, self.draw.random
        wanted = dict.fromkeys(view.required, True)
        for pattern in view.some_patterns:
            wanted[self.name_matching(pattern)] = True
        for at in view.some_names:
            declared = [name for name in view.properties if not view.bars(name)]
            fitting = [name for name in declared if self.draw.plan.judges.holds(at, name)]
            name = random.choice(fitting) if fitting else self.draw.value((at, _TEXT), self.depth + 1)
            wanted[name] = True
        most = view.max_properties
        self.draw.plan.work.spend((len(view.properties) + len(view.required)) // 2)
        optional = [name for name in view.properties if name not in wanted and name not in view.forbidden]
        if self.like:
            extra = [name for name in self.like if name not in view.forbidden and name not in optional]
            optional = [name for name in optional if name in self.like] + extra
        elif self.lean:
            optional = []
        elif self.draw.size != "maximal":
            optional = [name for name in optional if random.random() < 0.85]
        room = len(optional) if most is None else max(0, most - len(wanted))
        if room < len(optional):
            random.shuffle(optional)
        for name in optional[:room]:
            wanted.setdefault(name, False)
        return self.closed(wanted)

    def closed(self, wanted: dict[str, bool]) -> dict[str, bool]:
        """Add what dependentRequired asks for; leave out what cannot have it."""
        view = self.view
        changed = bool(view.dependents)
        while changed:
            changed = False
            self.draw.plan.work.spend(len(view.dependents))
            for trigger, names in view.dependents:
                if trigger not in wanted or all(wanted.get(name) or name == trigger for name in names):
                    continue
                room = view.max_properties is None or len({*wanted, *names}) <= view.max_properties
                if not wanted[trigger] and (not room or any(self.false(name) for name in names)):
                    del wanted[trigger]
                else:
                    wanted[trigger] = True
                    wanted.update(dict.fromkeys(names, True))
                changed = True
        return wanted

    def false(self, name: str) -> bool:
        return name in self.view.forbidden or any(at.schema is False for at in self.schemas(name))

    def in_order(self, wanted: dict[str, bool]) -> list[str]:
        """Return the names in the order in which the schema declares them."""
        declared = [name for name in self.view.properties if name in wanted]
        return declared + [name for name in wanted if name not in self.view.properties]

    def schemas(self, name: str) -> Branch:
        """Return every schema that applies to the property `name`."""
        view = self.view
        found = list(view.properties.get(name, ()))
        self.draw.plan.work.spend(len(view.rests) // 3)
        if view.pattern_properties:
            found += [at for pattern, at in view.pattern_properties if self.draw.plan.judges.matching(pattern, name)]
        for rest in view.rests:
            if (
                not rest.void
                and name not in rest.names
                and not any(self.draw.plan.judges.matching(each, name) for each in rest.patterns)
            ):
                found.append(rest.located)
        return tuple(found)

    def nameable(self, name: str) -> bool:
        return all(self.draw.plan.judges.holds(at, name) for at in self.view.property_names)

    def add(self, name: str, *, required: bool) -> bool:
        """Build one property; an optional one that cannot be built is left out."""
        try:
            if name in self.view.forbidden:
                raise Dead(f"property {name!r} is required and forbidden")
            if self.view.property_names and not self.nameable(name):
                raise Dead(f"propertyNames refuses {name!r}")
            self.made[name] = self.draw.value(self.schemas(name), self.depth + 1, name, self.like.get(name, MISSING))
        except Dead as dead:
            if required:
                raise Dead(f"{dead} (in property {name!r})" if len(str(dead)) < 200 else str(dead)) from None
            return False
        return True

    def add_another(self) -> None:
        """Add one more property than declared. Raises Dead when there is no name for it."""
        view, draw = self.view, self.draw
        draw.plan.work.spend((len(view.properties) + len(view.dependents)) // 4)
        triggers = {trigger for trigger, names in view.dependents if not all(name in self.made for name in names)}
        for name in sorted(view.properties, key=lambda each: each in triggers):
            if name not in self.made and name not in view.forbidden and self.add(name, required=False):
                return
        for number in range(24):
            name = self.another_name(number)
            fresh = name not in self.made and name not in view.forbidden
            if fresh and not self.false(name) and self.add(name, required=False):
                return
            draw.spend(1)
        raise Dead("minProperties asks for more properties than can be named")

    def another_name(self, number: int) -> str:
        view, draw = self.view, self.draw
        if view.property_names and number < 16:
            return str(draw.value((*view.property_names, _TEXT), self.depth + 1))
        if view.pattern_properties and number % 2 == 0:
            return self.name_matching(draw.random.choice(view.pattern_properties)[0])
        if draw.words and number < 4:
            return draw.random.choice(draw.words)
        return draw.random.choice(vocabulary.WORDS) + (str(len(self.made)) if number > 6 or len(self.made) > 8 else "")

    def name_matching(self, pattern: str) -> str:
        for name in matches.candidates(pattern, self.draw.random, 1, None, 20, self.draw.plan.work.spend):
            if self.draw.plan.judges.matching(pattern, name) and name not in self.view.forbidden:
                return name
        return ""

    def barred(self) -> dict[str, Any]:
        excluded = self.view.excluded
        self.draw.plan.work.spend(len(excluded))
        if excluded and canonical(self.made) in {canonical(each) for each in excluded}:
            if self.view.max_properties is not None and len(self.made) >= self.view.max_properties:
                raise Dead("not or enum bars this object")
            self.add_another()
        return self.made
