import pytest


@pytest.mark.mockflare_live
def test_embeddings_keep_their_contract(mockflare_check):
    report = mockflare_check(operations=["createEmbeddings"], own_only=True, quick=True)

    assert report.requests > 5
