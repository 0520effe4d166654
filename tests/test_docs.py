"""Documentation that cannot lie: its samples run, its tables are made of the code, its links lead somewhere."""

from __future__ import annotations

import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mockserver import Mock, MockServer, pytest_plugin
from tests.here import run_here

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
ADDRESS = "http://127.0.0.1:8787"
"""What the pages call the address of a mock."""

MARKER = re.compile(r"<!-- (not run|file|picture): (.+?) -->")
ELSEWHERE = re.compile(r"(make|pip|pytest|cd|git|export|python -m (benchmarks|docs)|schemathesis run)\b")
"""Commands that other tests or the run that decides take care of."""
LOADED_HERE = re.compile(r"mockflare (check|drift) ")
"""Commands that are run in this process: loading the contract kit takes longer than what the pages do with it."""
SHELL = re.compile(r"[|&;<>$`#]")
"""What only a shell understands."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str
    marker: str
    """What the comment before it says: "not run", "file", "picture", or nothing."""
    argument: str

    @property
    def name(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    before, opened, language, held = "", 0, "", list[str]()
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        if line.startswith("```") and not opened:
            opened, language, held = number, line[3:].strip(), []
        elif line.startswith("```"):
            marker = MARKER.fullmatch(before)
            yield Block(page, opened, language, "\n".join(held) + "\n", *(marker.groups() if marker else ("", "")))
            opened, before = 0, ""
        elif opened:
            held.append(line)
        elif line.strip():
            before = line.strip()
    assert opened == 0, f"{page.name}:{opened} is never closed"


BLOCKS = [block for page in PAGES for block in blocks(page)]


def paged(language: str) -> pytest.MarkDecorator:
    """Parametrise a test with the blocks of a language, page by page."""
    found = [[each for each in BLOCKS if each.page == page and each.language == language] for page in PAGES]
    return pytest.mark.parametrize("of_page", [pytest.param(each, id=each[0].page.name) for each in found if each])


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(Mock()) as server:
        yield server


def write_files(page: Path, folder: Path) -> None:
    """Write the YAML and TOML blocks of a page whose first line is a comment with a file's name."""
    for block in BLOCKS:
        named = re.match(r"# ([\w.-]+\.(?:yml|toml))\n", block.text)
        if block.page == page and block.language in ("yaml", "toml") and named:
            (folder / named[1]).write_text(block.text, "utf-8")


# samples run --------------------------------------------------------------------------------------------------------


@paged("python")
def test_python(of_page: list[Block], server: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python blocks of a page run in their order, in one namespace."""
    server.reset()
    monkeypatch.chdir(tmp_path)
    write_files(of_page[0].page, tmp_path)
    script = ""
    for block in of_page:
        if block.marker not in ("not run", "file"):
            # the line numbers of a traceback are those of the page
            script += "\n" * (block.line - script.count("\n")) + block.text.replace(ADDRESS, server.url)
    if "import contracts" in script:  # pytest would rewrite the asserts of all of Schemathesis, which takes seconds
        subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
        return
    namespace: dict[str, Any] = {"__name__": "docs"}
    try:
        exec(compile(script, str(of_page[0].page), "exec"), namespace)
    finally:
        for value in namespace.values():
            if hasattr(value, "close") and not isinstance(value, type):
                value.close()


@pytest.mark.skipif(not (shutil.which("sh") and shutil.which("curl")), reason="the pages speak to a POSIX shell")
@paged("console")
def test_console(of_page: list[Block], server: MockServer, tmp_path: Path) -> None:
    """The commands of a page do what it shows; `...` stands for anything."""
    server.reset()
    write_files(of_page[0].page, tmp_path)
    for block in of_page:
        if block.marker == "not run":
            continue
        for command, expected in commands(block):
            if ELSEWHERE.match(command):
                continue
            if LOADED_HERE.match(command) and not SHELL.search(command):
                said = answer_here(command, server, tmp_path)
            else:
                said = answer_to(command, expected.count("\n"), server, tmp_path)
            assert not expected or matches(expected, said), f"{block.name}: $ {command}\n{said}"


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """Yield every command of a console block with the output that is shown."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        lines = part.splitlines(keepends=True)
        end = 1
        while lines[end - 1].endswith("\\\n") or is_open("".join(lines[:end])):
            end += 1
        yield "".join(lines[:end]).strip(), "".join(lines[end:])


def is_open(command: str) -> bool:
    """Say whether a quoted text goes on in the next line."""
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return True
    return False


def answer_here(command: str, server: MockServer, folder: Path) -> str:
    """Run one of our commands in this process."""
    words = shlex.split(command.replace("\\\n", " ").replace(ADDRESS, server.url))
    return run_here(words[1:], folder=folder, merged=True, COLUMNS="110").stdout.replace(server.url, ADDRESS)


def answer_to(command: str, lines: int, server: MockServer, folder: Path) -> str:
    assert command.startswith(("mockflare ", "curl ", "cat ", "printf ")), f"nobody runs {command}"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "MOCKFLARE_PORT": "0", "COLUMNS": "110"}
    if command.startswith(("mockflare serve", "mockflare proxy https")):
        return announcement(command, lines, folder, environment)
    done = subprocess.run(
        ["sh", "-c", command.replace(ADDRESS, server.url)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    said = done.stdout.decode()
    assert "Traceback" not in said, f"$ {command}\n{said}"
    return said.replace(server.url, ADDRESS)


def announcement(command: str, lines: int, folder: Path, environment: dict[str, str]) -> str:
    """Return the first lines of a server, as if it had the port that the pages speak of."""
    words = re.sub(r" --port \d+", "", command)
    with subprocess.Popen(
        ["sh", "-c", f"exec {words}"], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = "".join(process.stdout.readline() for _ in range(max(1, lines)))
        process.terminate()
    assert said, f"$ {command} does not serve"
    return re.sub(r"http://127\.0\.0\.1:\d+", ADDRESS, said)


def matches(expected: str, said: str) -> bool:
    """Say whether an output is as shown; white space after `...` is the page's own, to keep lines short."""
    pattern = ".*".join(map(re.escape, re.split(r"\.\.\.\s*", expected.strip())))
    return re.fullmatch(pattern, said.strip(), re.DOTALL) is not None


@pytest.mark.parametrize("block", [pytest.param(each, id=each.name) for each in BLOCKS if each.marker == "file"])
def test_a_shown_file_is_the_file(block: Block) -> None:
    """A block that shows a file of the tests shows all of it."""
    assert (ROOT / block.argument).read_text("utf-8") == block.text


def test_every_howto_is_shown() -> None:
    """The files under tests/howto are there to be read."""
    shown = {block.argument for block in BLOCKS if block.marker == "file"}
    written = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/howto").rglob("*.py")}
    assert set() == written - shown


def test_what_is_not_run_is_rare() -> None:
    """Almost every block that could run does."""
    assert 3 >= sum(block.marker == "not run" for block in BLOCKS)


def test_settings_of_the_fixture(pytester: pytest.Pytester) -> None:
    """The conftest.py that the page shows changes the server of the fixture."""
    pytester.makeconftest((ROOT / "tests/howto/settings/strict.py").read_text("utf-8"))
    pytester.mkdir("contract")
    (pytester.path / "contract/ours.yml").write_text(
        "{overlay: 1.0.0, info: {title: ours, version: 1.0.0}, "
        "actions: [{target: $.info, update: {title: Our contract}}]}"
    )
    pytester.makepyfile(
        """
        def test_settings(mockflare):
            assert (7, "strict") == (mockflare.mock.settings.seed, mockflare.mock.settings.fidelity)
            assert "Our contract" == mockflare.mock.document.title
        """
    )
    pytester.runpytest_inprocess("-q").assert_outcomes(passed=1)


# generated parts ----------------------------------------------------------------------------------------------------


def test_generated_parts_are_current() -> None:
    """Tables and pictures are what `python -m docs` would write.

    A process of its own writes them, so that they depend on the files alone: not on modules that were loaded before a
    file changed, on what other tests registered or replaced, nor on the language or the width of a terminal.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT", "MOCKFLARE_CACHE") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "docs", "--check"],
        cwd=ROOT,
        env={**kept, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stdout), f"run `make docs`:\n{done.stderr}"


def test_every_table_has_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, commands, flags, rules, checks, errors, models and public names are all in the pages."""
    monkeypatch.syspath_prepend(ROOT)
    from docs.tables import TABLES

    places = [name for page in PAGES for name in re.findall(r"<!-- table: ([\w ]+) -->\n", page.read_text("utf-8"))]
    assert sorted(TABLES) == sorted(places)


# everything has its place -------------------------------------------------------------------------------------------


def said_on(page: str) -> str:
    return (ROOT / "docs" / page).read_text("utf-8")


@pytest.mark.parametrize("kind", [Mock, MockServer])
def test_members_are_described(kind: type) -> None:
    """Every public method and property of what users hold in their hands is on the page of the library."""
    members = [name for name, _ in inspect.getmembers(kind) if not name.startswith("_")]
    missing = [name for name in members if not re.search(rf"`(\w+\.)?{name}\b", said_on("library.md"))]
    assert [] == missing


def test_fixtures_are_described() -> None:
    """Every fixture is on the page of the plugin."""
    source = inspect.getsource(pytest_plugin)
    names = re.findall(r"^@pytest\.fixture.*\ndef (\w+)", source, re.MULTILINE)
    assert names
    assert [] == [name for name in names if f"`{name}`" not in said_on("pytest.md")]


def test_own_headers_and_endpoints_are_described() -> None:
    """Nothing of the mock's own goes over the wire unexplained."""
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "mockserver").rglob("*.py"))
    headers = set(re.findall(r'b"(x-mockflare-[\w-]+)"', sources))
    endpoints = {f"/_mockflare/{name}" for name in re.findall(r'Route\(f"\{OWN\}/(\w+)"', sources)}
    assert headers
    assert endpoints
    assert [] == [name for name in sorted(headers | endpoints) if name not in said_on("answers.md")]


def test_verbs_are_described() -> None:
    """Every verb of the Makefile is on the page for contributors."""
    verbs = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert verbs
    assert [] == [verb for verb in verbs if f"`make {verb}`" not in said_on("contributing.md")]


# links --------------------------------------------------------------------------------------------------------------

LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links(page: Path) -> None:
    """A relative link leads to a file, and to a heading of it."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for found in LINK.finditer(text):
        target = found[1] or found[2]
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target} leads nowhere"
        assert not anchor or anchor in anchors(file), f"{page.name}: {target} has no such heading"


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_linked() -> None:
    """The README leads to every page."""
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [] == [page.name for page in PAGES[1:] if f"(docs/{page.name})" not in readme]
