import openai
import pytest

MODEL = "@cf/meta/llama-3.2-1b-instruct"


def ask(mockflare, **options):
    with openai.OpenAI(base_url=mockflare.openai_url, api_key=mockflare.token, **options) as client:
        return client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "hello"}])


def test_two_failures_are_survived(mockflare):
    mockflare.fail("createChatCompletion", "out-of-capacity", times=2)

    ask(mockflare, max_retries=2)

    assert [each.status for each in mockflare.requests] == [429, 429, 200]


def test_a_model_that_is_down(mockflare):
    mockflare.fail(MODEL, 503, times=-1)

    with pytest.raises(openai.InternalServerError):
        ask(mockflare, max_retries=0)
