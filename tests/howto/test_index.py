import openai


def test_index_dimension(mockflare):
    with openai.OpenAI(base_url=mockflare.openai_url, api_key=mockflare.token) as client:
        found = client.embeddings.create(model="@cf/baai/bge-small-en-v1.5", input=["red", "blue"])

    assert [len(each.embedding) for each in found.data] == [384, 384]
    assert mockflare.requests[-1].operation_id == "createEmbeddings"
    assert mockflare.requests[-1].json["input"] == ["red", "blue"]
