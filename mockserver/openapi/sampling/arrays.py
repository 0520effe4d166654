"""Arrays that keep to a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.openapi.sampling.faults import Dead
from mockserver.openapi.sampling.values import MISSING, canonical
from mockserver.openapi.sampling.views import Branch, View

if TYPE_CHECKING:
    from mockserver.openapi.sampling.draws import Draw

_MOST = 10_000


def build(draw: Draw, view: View, depth: int, name: str, like: Any) -> list[Any]:
    """Return an array. Raises Dead when its length, its items or what it has to contain cannot be met."""
    return _Building(draw, view, depth, name, like).build()


class _Building:
    def __init__(self, draw: Draw, view: View, depth: int, name: str, like: Any) -> None:
        self.draw = draw
        self.view = view
        self.depth = depth
        self.name = name.removesuffix("s")
        self.like: list[Any] = like if isinstance(like, list) else []
        self.items: list[Any] = []
        self.seen: set[Any] = set()

    def build(self) -> list[Any]:
        least, most = self.bounds()
        length = self.length(least, most)
        wanted = self.contained()
        if len(wanted) > length:
            length = len(wanted) if most is None else min(len(wanted), most)
        for position in range(length):
            extra = wanted.get(position, ())
            try:
                self.items.append(self.item(position, extra))
            except Dead as dead:
                if position >= least and not any(later >= position for later in wanted):
                    break
                raise Dead(f"{dead} (in item {position})" if len(str(dead)) < 200 else str(dead)) from None
        self.settle()
        barred = self.view.excluded
        if barred and canonical(self.items) in {canonical(each) for each in barred}:
            if most is not None and len(self.items) >= most:
                raise Dead("not or enum bars this array")
            self.items.append(self.item(len(self.items), ()))
        return self.items

    def bounds(self) -> tuple[int, int | None]:
        """Return the fewest and the most items."""
        view = self.view
        least, most = view.min_items, view.max_items
        if least > _MOST:
            raise Dead(f"minItems {least} is more than the {_MOST} built at most")
        if any(minimum > _MOST for _, minimum, _ in view.contains):
            raise Dead(f"minContains is more than the {_MOST} items built at most")
        for position, nodes in enumerate(view.prefix):
            if any(at.schema is False for at in nodes):
                most = position if most is None else min(most, position)
                break
        for rest in view.item_rests:
            if rest.located.schema is False and not rest.void and not rest.contained:
                most = rest.start if most is None else min(most, rest.start)
        if most is not None and least > most:
            raise Dead(f"minItems {least} is more than the {most} items that are allowed")
        return least, most

    def length(self, least: int, most: int | None) -> int:
        if self.like:
            return max(least, len(self.like) if most is None else min(len(self.like), most))
        if self.draw.lean(self.depth):
            return least
        usual = max(len(self.view.prefix), least, 1)
        if self.draw.size == "maximal":
            usual = max(usual, 3)
        usual += self.draw.random.randrange(3 if self.depth < 3 else 2)
        if self.view.prefix and not self.view.item_rests:
            usual = max(len(self.view.prefix), least)
        return usual if most is None else min(usual, most)

    def contained(self) -> dict[int, Branch]:
        """Return the positions at which an item has to be one of those that `contains` asks for."""
        wanted: dict[int, Branch] = {}
        start = 0
        for at, least, _ in self.view.contains:
            for _ in range(least):
                wanted[start] = (at,)
                start += 1
        if self.view.max_items is not None and start > self.view.max_items:
            # Fewer places than wishes: let one item be several of the wished-for ones.
            return self.shared(self.view.max_items)
        if len(self.view.contains) == 1 and start and self.view.prefix and self.draw.random.random() < 0.5:
            shift = len(self.view.prefix)
            if self.view.max_items is None or start + shift <= self.view.max_items:
                return {position + shift: branch for position, branch in wanted.items()}
        return wanted

    def shared(self, places: int) -> dict[int, Branch]:
        wanted: dict[int, Branch] = {}
        for at, least, _ in self.view.contains:
            if least > places:
                raise Dead("contains asks for more items than maxItems allows")
            for position in range(least):
                wanted[position] = (*wanted.get(position, ()), at)
        return wanted

    def schemas(self, position: int) -> Branch:
        """Return every schema that applies to the item at `position`."""
        found = list(self.view.prefix[position]) if position < len(self.view.prefix) else []
        for rest in self.view.item_rests:
            if not rest.void and position >= rest.start:
                found.extend(rest.contained if rest.contained and rest.located.schema is False else [rest.located])
        return tuple(found)

    def item(self, position: int, extra: Branch) -> Any:
        """Return one item, unlike the others where they have to differ."""
        branch = (*self.schemas(position), *extra)
        like = self.like[position] if position < len(self.like) else MISSING
        if not self.view.unique:
            return self.draw.value(branch, self.depth + 1, self.name, like)
        for _ in range(40):
            value = self.draw.value(branch, self.depth + 1, self.name, like)
            like = MISSING
            if (key := canonical(value)) not in self.seen:
                self.seen.add(key)
                return value
        value = self.unlike(branch)
        self.seen.add(canonical(value))
        return value

    def unlike(self, branch: Branch) -> Any:
        """Return a value that is not among the items yet, found by barring those."""
        from mockserver.openapi.sampling.keywords import EXCLUDED
        from mockserver.openapi.sampling.references import Located

        if len(self.items) > 200:
            raise Dead("uniqueItems: no further item differs from the others")
        barring = Located({EXCLUDED: list(self.items)})
        value = self.draw.value((*branch, barring), self.depth + 1, self.name)
        if canonical(value) in self.seen:
            raise Dead("uniqueItems: no further item differs from the others")
        return value

    def settle(self) -> None:
        """Replace items where more of them than maxContains allows are of the kind that is counted."""
        judges = self.draw.plan.judges
        for at, least, most in self.view.contains:
            if most is None:
                continue
            found = [index for index, item in enumerate(self.items) if judges.holds(at, item)]
            surplus = found[max(most, least) :]
            refused = self.draw.plan.absorber.refused(at)
            for index in surplus:
                self.items[index] = self.item(index, (refused,))
