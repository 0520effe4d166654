"""Our commands run in this process: starting Python for each of them is most of the time that they take."""

from __future__ import annotations

import io
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from mockserver.cli import main


def run_here(
    arguments: Sequence[str], *, folder: Path | None = None, merged: bool = False, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Return what `mockflare` with these arguments exits with and prints; `merged` puts errors among the output.

    `variables` are those of the environment beside the present ones.
    """
    printed, complained = io.BytesIO(), io.BytesIO()
    status = 0
    with (
        io.TextIOWrapper(printed, "utf-8", write_through=True) as output,
        io.TextIOWrapper(complained, "utf-8", write_through=True) as errors,
        pytest.MonkeyPatch.context() as patch,
    ):
        if folder is not None:
            patch.chdir(folder)
        for name, value in variables.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["mockflare", *arguments])
        patch.setattr(sys, "stdout", output)
        patch.setattr(sys, "stderr", output if merged else errors)
        try:
            main()
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        texts = printed.getvalue().decode(), complained.getvalue().decode()
    return subprocess.CompletedProcess(shlex.join(arguments), status, *texts)
