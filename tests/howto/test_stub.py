import cloudflare

MODEL = "@cf/meta/llama-3.2-1b-instruct"


def test_exactly_this_answer(mockflare):
    @mockflare.on(MODEL)
    def answer(invocation):
        if "meaning of life" not in invocation.body["prompt"]:
            return None  # the next in line answers
        return {"result": {"response": "42"}, "success": True, "errors": [], "messages": []}

    with cloudflare.Cloudflare(base_url=mockflare.base_url, api_token=mockflare.token) as client:
        run = client.ai.run
        account = mockflare.account_id
        assert run(MODEL, account_id=account, prompt="What is the meaning of life?") == {"response": "42"}
        run(MODEL, account_id=account, prompt="What is for dinner?")

    assert [each.source for each in mockflare.requests] == ["stub", "responder"]
