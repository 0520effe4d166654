import pytest


@pytest.fixture(scope="session")
def mockflare_settings():
    return {"seed": 7, "fidelity": "strict", "overlays": ["contract/ours.yml"]}
