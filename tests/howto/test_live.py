import openai
import pytest


@pytest.mark.mockflare_live
def test_vectors_of_the_model(mockflare):
    with openai.OpenAI(base_url=mockflare.openai_url, api_key=mockflare.token) as client:
        found = client.embeddings.create(model="@cf/baai/bge-small-en-v1.5", input="red")

    assert len(found.data[0].embedding) == 384
