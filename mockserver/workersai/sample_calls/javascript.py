"""Calls as JavaScript modules with fetch, which browsers, Workers and Node have."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from mockserver.workersai.sample_calls.literals import Language
from mockserver.workersai.sample_calls.recipes import Place, Recipe

_EXPRESSIONS = {
    "numbers": '[...(await readFile("{name}"))]',
    "base64": '(await readFile("{name}")).toString("base64")',
    "url": '"data:{media_type};base64," + (await readFile("{name}")).toString("base64")',
}
_JAVASCRIPT = Language(
    words={True: "true", False: "false", None: "null"},
    file=lambda file: _EXPRESSIONS[file.form].format(name=file.name, media_type=file.media_type),
    indent="  ",
    bare_keys=True,
    spaced=True,
)
_FAILED = "if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);"


def write(recipe: Recipe, place: Place) -> str:
    """Return a module that makes a call and shows what came back."""
    text = _converse(recipe, place) if recipe.carrier == "session" else _fetch(recipe, place)
    used = [name for name in ("readFile", "writeFile") if f"{name}(" in text]
    imports = f'import {{ {", ".join(used)} }} from "node:fs/promises";\n\n' if used else ""
    return imports + text


def _fetch(recipe: Recipe, place: Place) -> str:
    lines = [f'const url = "{place.run(recipe.model)}";']
    headers = {"Authorization": f"Bearer {place.token}"}
    if recipe.carrier == "file" and recipe.file:
        headers["Content-Type"] = recipe.file.media_type
        lines.append(f'const body = await readFile("{recipe.file.name}");')
        sent = "body"
    elif recipe.carrier == "form":
        lines.append("const body = new FormData();")
        lines += [f'body.set("{name}", {_JAVASCRIPT.write(str(value))});' for name, value in recipe.members.items()]
        sent = "body"
    else:
        headers["Content-Type"] = "application/json"
        lines.append(f"const body = {_JAVASCRIPT.write(dict(recipe.members), taken=13)};")
        sent = "body: JSON.stringify(body)"
    lines.append(f"const headers = {_JAVASCRIPT.write(headers, taken=16)};")
    lines.append(f'const response = await fetch(url, {{ method: "POST", headers, {sent} }});')
    lines.append(_FAILED)
    if recipe.member:
        lines.append("const { result } = await response.json();")
        lines.append(f'await writeFile("{recipe.saved}", Buffer.from(result.{recipe.member}, "base64"));')
    elif recipe.saved:
        lines.append(f'await writeFile("{recipe.saved}", Buffer.from(await response.arrayBuffer()));')
    else:
        lines.append("console.log((await response.json()).result);")
    if recipe.streams:
        sent = "body: JSON.stringify({ ...body, stream: true })"
        lines.append(
            f'\n// the same in pieces\nconst stream = await fetch(url, {{ method: "POST", headers, {sent} }});'
        )
        lines.append("for await (const piece of stream.body.pipeThrough(new TextDecoderStream())) {")
        lines.append("  process.stdout.write(piece);\n}")
    return "\n".join(lines)


def _converse(recipe: Recipe, place: Place) -> str:
    """Return a session as browsers open it: they cannot send headers, so a subprotocol of the gateway has the token."""
    base = urlsplit(place.base_url)
    query = urlencode({"model": recipe.model.name, **recipe.members}, safe="@/")
    name = recipe.file.name if recipe.file else ""
    scheme = base.scheme.replace("http", "ws")
    return (
        f'const sound = await readFile("{name}");\n'
        f'const url = "{scheme}://{base.netloc}/v1/{place.account}/default/workers-ai?{query}";\n'
        f'const session = new WebSocket(url, ["cf-aig-authorization.{place.token}"]);\n'
        "session.onopen = () => {\n"
        "  for (let at = 0; at < sound.length; at += 3200) session.send(sound.subarray(at, at + 3200));\n"
        '  session.send(JSON.stringify({ type: "CloseStream" }));\n};\n'
        "session.onmessage = ({ data }) => console.log(data);"
    )


def oldest_node(recipe: Recipe) -> int:
    """Return the first version of Node that runs the module of a recipe."""
    return 22 if recipe.carrier == "session" else 18
