"""Calls as commands of a POSIX shell with curl."""

from __future__ import annotations

import json
from collections.abc import Mapping
from shlex import quote
from typing import Any

from mockserver.workersai.sample_calls.recipes import File, Place, Recipe

_CONTENT = {
    "base64": "\"$(base64 < {} | tr -d '\\n')\"",
    "numbers": "\"$(od -An -v -tu1 {} | tr -s ' \\n' ',' | sed 's/^,//; s/,$//')\"",
}
"""The content of a file as an argument, in JSON's spelling."""

_AROUND = {"base64": '"%s"', "url": '"data:{};base64,%s"', "numbers": "[%s]"}


def write(recipe: Recipe, place: Place) -> str:
    """Return the commands of a call: one that makes the file it needs, the call, and the call for a stream."""
    parts = [f"# makes {maker.saved}, for those who have none\n{_command(maker, place)}\n" for maker in recipe.makers]
    if recipe.carrier == "session":
        parts.append("# curl cannot send it: this model is asked over a WebSocket only")
        return "\n".join(parts)
    parts.append(_command(recipe, place))
    if recipe.streams:
        parts.append(f"\n# the same in pieces\n{_command(recipe, place, stream=True)}")
    return "\n".join(parts)


def _command(recipe: Recipe, place: Place, *, stream: bool = False) -> str:
    words = [f"curl {'-N ' if stream else ''}{place.run(recipe.model)}", f"-H 'Authorization: Bearer {place.token}'"]
    before = ""
    if recipe.carrier == "file" and recipe.file:
        words += [f"-H 'Content-Type: {recipe.file.media_type}'", f"--data-binary @{recipe.file.name}"]
    elif recipe.carrier == "form":
        words += [f"-F {quote(f'{name}={value}')}" for name, value in recipe.members.items()]
    else:
        members = {**recipe.members, "stream": True} if stream else recipe.members
        if recipe.file:
            before = f"{_printed(members, recipe.file)} |\n  "
            words += ["-H 'Content-Type: application/json'", "--data-binary @-"]
        else:
            words += ["-H 'Content-Type: application/json'", f"-d {quote(_json(members))}"]
    if recipe.member:
        words.append(f'| sed \'s/.*"{recipe.member}":"\\([^"]*\\)".*/\\1/\' | base64 --decode > {recipe.saved}')
    elif recipe.saved and not stream:
        words.append(f"-o {recipe.saved}")
    return before + " \\\n    ".join(words)


def _printed(members: Mapping[str, Any], file: File) -> str:
    """Return a `printf` of JSON with the content of a file in it; an argument of curl could not be that long."""
    mark = "\0"
    text = _json({name: mark if isinstance(value, File) else value for name, value in members.items()})
    form = text.replace("\\", "\\\\").replace("%", "%%")
    form = form.replace(json.dumps(mark).replace("\\", "\\\\"), _AROUND[file.form].format(file.media_type))
    content = _CONTENT["numbers" if file.form == "numbers" else "base64"].format(file.name)
    return f"printf {quote(form)} {content}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
