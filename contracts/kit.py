"""Everything that has a name in a run: checks, strategies and report formats, the built-in ones and your own."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from mockserver.errors import UsageError

if TYPE_CHECKING:
    from contracts.checks import AnyCheck
    from contracts.reporters import Factory
    from contracts.strategies import Strategy
    from mockserver.registry import Registry


class Kit:
    """The registries of a run. A module of yours adds to them in a function `install(kit)`."""

    def __init__(self) -> None:
        """Begin with what is built in."""
        from contracts import checks, reporters, strategies

        self.checks: Registry[AnyCheck] = checks.builtin()
        """Checks of one exchange or of a group, by name."""
        self.strategies: Registry[Strategy] = strategies.builtin()
        """What makes cases, by name."""
        self.reporters: Registry[Factory] = reporters.builtin()
        """What makes a reporter for a file, by the name of the format."""

    def add(self, *things: AnyCheck | Strategy, replace: bool = False) -> None:
        """Register checks and strategies by their own names; a name that is taken raises UsageError."""
        from contracts.checks.registry import Check, GroupCheck
        from contracts.strategies import Strategy

        for thing in things:
            if isinstance(thing, Strategy):
                self.strategies.add(thing.name, thing, replace=replace)
            elif isinstance(thing, Check | GroupCheck):
                self.checks.add(thing.name, thing, replace=replace)
            else:
                name = getattr(thing, "__name__", repr(thing))
                raise UsageError(f"{name} is no check and no strategy; @check, @group_check or @strategy make one")

    def use(self, names: Iterable[str]) -> Kit:
        """Let modules add what they have, each named like an import or by the path of its file; return this kit.

        Raises UsageError when one cannot be loaded, has no function `install`, or one that fails.
        """
        for name in names:
            install = getattr(_loaded(name), "install", None)
            if not callable(install):
                raise UsageError(f"{name} has no function install(kit), which adds its checks and strategies")
            try:
                install(self)
            except UsageError as error:
                raise UsageError(f"{name}: {error}") from None
            except Exception as error:
                raise UsageError(f"{name}: install(kit) failed: {type(error).__name__}: {error}") from None
        return self


def _loaded(name: str) -> ModuleType:
    path = Path(name)
    try:
        if path.suffix != ".py":
            return importlib.import_module(name)
        spec = importlib.util.spec_from_file_location(f"mockflare_kit_{path.stem}", path)
        if spec is None or spec.loader is None or not path.is_file():
            raise UsageError(f"{name} is no file; the path of a Python file or the name of a module would be right")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        raise UsageError(f"{name} cannot be loaded: {type(error).__name__}: {error}") from None
