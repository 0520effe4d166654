"""The effective contract: read once where it is the bundled one, and nobody's to change."""

from __future__ import annotations

import json
from pathlib import Path

from mockserver import Mock
from mockserver.effective import effective
from mockserver.engine.values import HttpRequest


def test_the_bundled_contract_is_read_once() -> None:
    """All mocks of the bundled contract share one document; the bare one is another."""
    assert Mock(seed=1).document is Mock(seed=2, fidelity="strict").document
    assert Mock().document is effective()
    assert effective(bundled_overlay=False) is effective(bundled_overlay=False)
    assert effective(bundled_overlay=False) is not effective()


def test_an_overlay_changes_its_own_copy(tmp_path: Path) -> None:
    """A mock with an overlay of the user's has a document of its own; that of the others stays as it was."""
    overlay = tmp_path / "ours.yml"
    overlay.write_text(
        "{overlay: 1.0.0, info: {title: ours, version: 1.0.0}, "
        'actions: [{target: $.info, update: {title: Ours}}, {target: "$.paths.*", remove: true}]}'
    )
    before = json.dumps(effective().content)

    assert ("Ours", {}) == (
        Mock(overlays=(str(overlay),)).document.title,
        Mock(overlays=(overlay,)).document.operations,
    )
    assert before == json.dumps(effective().content)


def test_answering_changes_nothing_of_the_contract() -> None:
    """Whatever a mock is asked, the shared document is what it was, and complains of nothing."""
    before, mock = json.dumps(effective().content), Mock(microcks="strict")
    headers = [(b"authorization", f"Bearer {mock.token}".encode()), (b"content-type", b"application/json")]
    for operation in effective().operations.values():
        path = operation.path.replace("{account_id}", mock.account_id)
        for body in (b"{}", b'{"prompt": "A fox", "text": "a", "input": "a", "model": "@cf/baai/bge-m3"}'):
            mock.handle(HttpRequest(operation.method, "/client/v4" + path, headers=headers, body=body))

    assert before == json.dumps(effective().content)
    assert [] == effective().diagnostics
