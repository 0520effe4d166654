"""Arrays that keep to a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.openapi.sampling.faults import Dead
from mockserver.openapi.sampling.keywords import EXCLUDED
from mockserver.openapi.sampling.references import Located
from mockserver.openapi.sampling.values import MISSING, canonical
from mockserver.openapi.sampling.views import Branch, View

if TYPE_CHECKING:
    from mockserver.openapi.sampling.draws import Draw

_MOST = 10_000


def build(draw: Draw, view: View, depth: int, name: str, like: Any) -> list[Any]:
    """Return an array. Raises Dead when its length, its items or what it has to contain cannot be met."""
    draw.arrays += 1
    try:
        return _Building(draw, view, depth, name, like).build()
    finally:
        draw.arrays -= 1


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
        wanted = self.contained(most)
        length = max([length, *(position + 1 for position in wanted)])
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
        if self.draw.items is not None and self.draw.arrays == 1:
            fewest, many = self.draw.items
            wanted = max(least, self.draw.random.randint(fewest, many))
            return wanted if most is None else min(wanted, most)
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

    def contained(self, most: int | None) -> dict[int, Branch]:
        """Return, by position, what an item has to be because `contains` asks for one like that."""
        wanted: dict[int, Branch] = {}
        tail = len(self.view.prefix)
        for at, least, _ in self.view.contains:
            mine: set[int] = set()
            for _ in range(least):
                self.draw.plan.work.spend((len(self.view.prefix) + len(wanted)) // 512)
                free = [position for position in range(len(self.view.prefix)) if position not in wanted]
                shared = [position for position in wanted if position not in mine]
                self.draw.random.shuffle(free)
                orders = ([*free, tail, *shared], [tail, *free, *shared], [*shared, *free, tail])
                order = orders[self.draw.random.randrange(3)] if shared or free else [tail]
                position = next(
                    (each for each in order if self.possible(each, most, (*wanted.get(each, ()), at))), None
                )
                if position is None:
                    raise Dead("contains asks for more items than there are places for")
                wanted[position] = (*wanted.get(position, ()), at)
                mine.add(position)
                tail += position == tail
        return wanted

    def possible(self, position: int, most: int | None, extra: Branch) -> bool:
        """Say whether the item at `position` could be one that `contains` asks for, at first sight."""
        if most is not None and position >= most:
            return False
        try:
            self.draw.plan.view((*self.schemas(position), *extra))
        except Dead:
            return False
        return True

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
        for attempt in range(12):
            before = self.draw.spread
            self.draw.spread = before if attempt < 4 else before + len(self.items)
            try:
                value = self.draw.value(branch, self.depth + 1, self.name, like)
            finally:
                self.draw.spread = before
            like = MISSING
            if (key := canonical(value)) not in self.seen:
                self.seen.add(key)
                return value
        value = self.unlike(branch)
        self.seen.add(canonical(value))
        return value

    def unlike(self, branch: Branch) -> Any:
        """Return a value that is not among the items yet, found by barring those."""
        if len(self.items) > 1000:
            raise Dead("uniqueItems: no further item differs from the others")
        self.draw.plan.work.spend(len(self.items) // 8)
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
