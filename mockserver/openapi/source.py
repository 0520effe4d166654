"""Reading documents: JSON, or YAML as its version 1.2 reads it. The one door to PyYAML."""

from __future__ import annotations

import gc
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import yaml

from mockserver.errors import UnreadableDocument
from mockserver.openapi.parsed import through_cache

_DEEPEST = 1000
_STEEP = re.compile(r"[-?] +(?:[-?] +){99}")  # nesting without brackets; the first piece by itself is found fast
_DEEP_LINE = "\n" + " " * 1000
_TEXT, _MERGE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"
_TAGS = {yaml.SequenceNode: "tag:yaml.org,2002:seq", yaml.MappingNode: "tag:yaml.org,2002:map"}
_C1_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def read(path: str | Path) -> Any:
    """Return the content of a JSON or YAML file; raises UnreadableDocument with one line that says why not."""
    text = read_text(path)
    if text[:1] in ("{", "["):
        return parse(text, str(path))
    return through_cache(text, lambda: parse(text, str(path)))


def read_text(path: str | Path) -> str:
    """Return the text of a UTF-8 file, of standard input for `-`; raises UnreadableDocument."""
    if str(path) == "-":
        return _standard_input()
    path = Path(path)
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        siblings = path.parent.glob("*") if path.parent.is_dir() else ()
        from mockserver.errors import nearest

        near = nearest(path.name, [sibling.name for sibling in siblings])
        hint = f"; did you mean {path.with_name(near)}?" if near else ""
        raise UnreadableDocument(f"{path}: no such file{hint}") from None
    except UnicodeDecodeError as error:
        raise UnreadableDocument(f"{path}: not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise UnreadableDocument(f"{path}: {error.strerror or error}") from None


@cache
def _standard_input() -> str:
    """Return the text of standard input, which can be read once and is asked for several times."""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDocument(f"standard input: not UTF-8 text (byte {error.start})") from None


def parse(text: str, name: str) -> Any:
    """Return the value that a JSON or YAML text holds; mapping keys are text as written."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            pass  # flow-style YAML begins the same way
    _refuse_depth(text, name)
    try:
        return _load(text, CLoader)
    except yaml.reader.ReaderError:
        # libyaml refuses C1 control characters that other parsers read; real documents hold some
        return parse_strictly(_C1_CONTROLS.sub("", text), name)
    except (yaml.YAMLError, RecursionError, ValueError):
        return parse_strictly(text, name)


def _refuse_depth(text: str, name: str) -> None:
    """Raise UnreadableDocument for a text that nests deeper than libyaml's stack; it would end the process."""
    if text.count("[") + text.count("{") < _DEEPEST and _DEEP_LINE not in text and not _STEEP.search(text):
        return
    depth = 0
    try:
        for event in yaml.parse(text, Loader=CLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > _DEEPEST:
                    raise UnreadableDocument(f"{name}: nested too deeply")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        return  # whoever reads it next says why


def parse_strictly(text: str, name: str) -> Any:
    """Return the value of a YAML text by the pure loader, which reads tabs that libyaml refuses."""
    try:
        return _load(text, PureLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise UnreadableDocument(f"{name}{where}: neither YAML nor JSON: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise UnreadableDocument(f"{name}: neither YAML nor JSON: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise UnreadableDocument(f"{name}: nested too deeply") from None
    except ValueError as error:  # an integer with thousands of digits
        raise UnreadableDocument(f"{name}: {error}") from None


def dump_yaml(content: Any) -> str:
    """Return `content` as block-style YAML, members in their order, long text unfolded."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def dump_json(content: Any) -> str:
    """Return `content` as indented JSON."""
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n"


def _load(text: str, loader: Any) -> Any:
    instance = loader(text)
    collects = gc.isenabled()
    gc.disable()  # nothing of a tree in the making is garbage, and looking for some takes longer than reading
    try:
        return instance.get_single_data()
    finally:
        if collects:
            gc.enable()
        instance.dispose()


def _is_text(node: Any) -> bool:
    return node.tag == _TEXT and isinstance(node, yaml.ScalarNode)


class _Yaml12:
    """The constructor and the core-schema resolver of YAML 1.2, for either loader.

    `no`, `on` and dates are text, `=` is text, keys are text as written (status codes are often numbers).
    """

    yaml_implicit_resolvers: dict[str | None, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    # Most of a document is plain text: the shortcuts for it here halve the time of reading one.

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        if kind is not yaml.ScalarNode:
            return _TAGS[kind]
        for tag, pattern in self.yaml_implicit_resolvers.get(value[:1], ()) if implicit[0] else ():
            if pattern.match(value):
                return tag
        return _TEXT

    def construct_yaml_map(self, node: Any) -> Any:
        data: dict[str, Any] = {}
        yield data
        data.update(self.construct_mapping(node))

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        for key, _ in node.value:
            if key.tag == _MERGE:
                self.flatten_mapping(node)  # type: ignore[attr-defined]
                break
        construct = self.construct_object  # type: ignore[attr-defined]
        return {
            key.value if isinstance(key, yaml.ScalarNode) else str(construct(key, deep=True)): (
                value.value if _is_text(value) else construct(value, deep=deep)
            )
            for key, value in node.value
        }

    def construct_sequence(self, node: Any, deep: bool = False) -> list[Any]:
        if not isinstance(node, yaml.SequenceNode):
            raise yaml.constructor.ConstructorError(
                None, None, f"expected a list, but found {node.id}", node.start_mark
            )
        construct = self.construct_object  # type: ignore[attr-defined]
        return [item.value if _is_text(item) else construct(item, deep=deep) for item in node.value]

    def construct_yaml_int(self, node: Any) -> int:
        text = node.value.lower()
        return int(text, 0) if text.startswith(("0x", "0o")) else int(text)


_RESOLVERS = [
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
     "-+.0123456789"),
    ("merge", r"<<", "<"),
]  # fmt: skip
for _tag, _pattern, _first in _RESOLVERS:
    for _character in _first:
        _Yaml12.yaml_implicit_resolvers.setdefault(_character, []).append(
            (f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})\\Z"))
        )


class CLoader(_Yaml12, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """libyaml's parser, about six times as fast as the pure one."""


class PureLoader(_Yaml12, yaml.SafeLoader):  # type: ignore[misc]
    """The pure Python parser."""


_loader: Any
for _loader in (CLoader, PureLoader):
    _loader.add_constructor("tag:yaml.org,2002:map", _Yaml12.construct_yaml_map)
    _loader.add_constructor("tag:yaml.org,2002:int", _Yaml12.construct_yaml_int)
    for _tag in ("timestamp", "binary", "omap", "set", "pairs", "value"):
        _loader.add_constructor(f"tag:yaml.org,2002:{_tag}", yaml.SafeLoader.construct_yaml_str)
    # an application's own tag (`!secret`, `!include`) is not ours to act on: keep the value, drop the tag
    _loader.add_multi_constructor("", lambda loader, _suffix, node: _untagged(loader, node))


def _untagged(loader: Any, node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


class _Dumper(yaml.SafeDumper):
    """Block style, no anchors, and quotes around text that YAML 1.1 would read as something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
