"""Calls as Python programs: the openai SDK where it can ask the model, else the cloudflare SDK."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from mockserver.workersai.sample_calls.literals import Language
from mockserver.workersai.sample_calls.recipes import File, Place, Recipe

_EXPRESSIONS = {
    "numbers": "list(Path({name!r}).read_bytes())",
    "base64": "base64.b64encode(Path({name!r}).read_bytes()).decode()",
    "url": '"data:{media_type};base64," + base64.b64encode(Path({name!r}).read_bytes()).decode()',
}
_PYTHON = Language(
    words={True: "True", False: "False", None: "None"},
    file=lambda file: _quoted(_EXPRESSIONS[file.form], file),
    indent="    ",
    bare_keys=False,
    spaced=False,
)


def write(recipe: Recipe, place: Place) -> str:
    """Return a program that makes a call and shows what came back."""
    if recipe.carrier == "session":
        return _converse(recipe, place)
    if recipe.endpoint == "chat":
        return _chat(recipe, place)
    if recipe.endpoint == "embeddings":
        return _embed(recipe, place)
    return _run(recipe, place)


def _openai(place: Place) -> str:
    return (
        "import openai\n\nclient = openai.OpenAI(\n"
        f'    base_url="{place.base_url}/accounts/{place.account}/ai/v1",\n    api_key="{place.token}",\n)\n'
    )


def _chat(recipe: Recipe, place: Place) -> str:
    messages = _PYTHON.write(recipe.members["messages"], taken=11)
    return (
        f"{_openai(place)}messages = {messages}\n"
        f'answer = client.chat.completions.create(model="{recipe.model.name}", messages=messages)\n'
        "print(answer.choices[0].message.content)\n\n"
        "# the same in pieces\n"
        f'stream = client.chat.completions.create(model="{recipe.model.name}", messages=messages, stream=True)\n'
        "for chunk in stream:\n"
        "    if chunk.choices:\n"
        '        print(chunk.choices[0].delta.content or "", end="", flush=True)\n'
        "print()"
    )


def _embed(recipe: Recipe, place: Place) -> str:
    texts = next(value for value in recipe.members.values() if isinstance(value, list))
    return (
        f"{_openai(place)}texts = {_PYTHON.write(texts, taken=8)}\n"
        f'answer = client.embeddings.create(model="{recipe.model.name}", input=texts)\n'
        "for found in answer.data:\n"
        "    print(len(found.embedding), found.embedding[:3])"
    )


def _run(recipe: Recipe, place: Place) -> str:
    client = f'client = cloudflare.Cloudflare(base_url="{place.base_url}", api_token="{place.token}")'
    body = f"body = {_PYTHON.write(dict(recipe.members), taken=7)}"
    run = f'run(\n    "{recipe.model.name}", account_id="{place.account}", extra_body=body\n)'
    posted = recipe.carrier == "form" or not recipe.plain
    if posted:
        lines = [*([] if recipe.carrier == "file" else [body]), _post(recipe, place)]
    elif recipe.saved:
        lines = [body, f"response = client.ai.with_raw_response.{run}"]
    else:
        lines = [body, f"result = client.ai.{run}", "print(result)"]
    if recipe.member:
        lines.append(
            f'Path("{recipe.saved}").write_bytes(base64.b64decode(response.json()["result"]["{recipe.member}"]))'
        )
    elif recipe.saved:
        lines.append(f'Path("{recipe.saved}").write_bytes(response.read())')
    elif posted:
        lines.append('print(response.json()["result"])')
    if recipe.streams:
        streamed = run.replace("=body", '={**body, "stream": True}')
        lines.append(
            f"\n# the same in pieces\nwith client.ai.with_streaming_response.{streamed} as response:\n"
            "    for line in response.iter_lines():\n        print(line)"
        )
    names = {"base64.": "base64", "Path(": "pathlib", "httpx.": "httpx"}
    text = "\n".join(lines)
    used = {module for word, module in names.items() if word in text}
    return f"{_imports(used)}\n{client}\n{text}"


def _post(recipe: Recipe, place: Place) -> str:
    """Return a call of what `client.ai.run` cannot send: a form, or the bytes of a file as the whole body."""
    if recipe.carrier == "file" and recipe.file:
        sent = f'content=Path("{recipe.file.name}").read_bytes(),'
        media_type = recipe.file.media_type
    else:
        sent, media_type = "body=body,", "multipart/form-data"
    return (
        f'response = client.post(\n    "/accounts/{place.account}/ai/run/{recipe.model.name}",\n    {sent}\n'
        f'    options={{"headers": {{"Content-Type": "{media_type}"}}}},\n    cast_to=httpx.Response,\n)'
    )


def _converse(recipe: Recipe, place: Place) -> str:
    name = recipe.file.name if recipe.file else ""
    return (
        "from pathlib import Path\n\nfrom websockets.sync.client import connect\n\n"
        f'url = "{place.session(recipe.model)}?{urlencode(dict(recipe.members))}"\n'
        f'headers = {{"Authorization": "Bearer {place.token}"}}\n'
        f'sound = Path("{name}").read_bytes()\n'
        "with connect(url, additional_headers=headers) as session:\n"
        "    for start in range(0, len(sound), 3200):  # a tenth of a second\n"
        "        session.send(sound[start : start + 3200])\n"
        '    session.send(\'{"type": "CloseStream"}\')\n'
        "    for message in session:\n        print(message)"
    )


def _imports(used: set[str]) -> str:
    standard: Sequence[tuple[str, str]] = (("base64", "import base64"), ("pathlib", "from pathlib import Path"))
    first = [line for module, line in standard if module in used]
    second = ["import cloudflare", *(["import httpx"] if "httpx" in used else [])]
    return "\n".join([*first, *([""] if first else []), *second, ""])


def _quoted(expression: str, file: File) -> str:
    return expression.format(name=file.name, media_type=file.media_type).replace("'", '"')


def requirements(recipe: Recipe) -> str:
    """Return the package that the program of a recipe needs."""
    if recipe.carrier == "session":
        return "websockets"
    return "openai" if recipe.endpoint else "cloudflare"
