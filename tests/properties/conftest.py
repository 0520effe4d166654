"""What the property tests share. The modules of this folder are found however pytest imports its tests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from judges import Judges
from sending import Sender

from mockserver import bundled
from mockserver.app import Mock
from mockserver.openapi.source import read


@pytest.fixture(scope="session")
def sender() -> Sender:
    """Sends requests to a mock of the effective contract, in process."""
    return Sender(Mock())


@pytest.fixture(scope="session")
def judges(sender) -> Judges:
    """Judges by the effective contract."""
    return Judges(sender.mock.document.content)


@pytest.fixture(scope="session")
def bare_sender() -> Sender:
    """Sends requests to a mock of the document as it came, in process."""
    return Sender(Mock(bundled_overlay=False))


@pytest.fixture(scope="session")
def bare_judges() -> Judges:
    """Judges by the document as it came; read from its file, not from the mock."""
    return Judges(read(bundled.upstream_path()))
