"""Prompts that say what to do with a text of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.workersai.fakes.literal import answer, led
from mockserver.workersai.tokens import pieces

NATIVE, CHAT = "run/@cf/meta/llama-3.2-3b-instruct", "v1/chat/completions"
NEWS = "The council met on Monday. It decided to build a tram. Costs are high. Many people like trams."


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("Translate to French: The fox sleeps.", "Le renard dort."),
        ("Translate 'The fox sleeps.' into French", "Le renard dort."),
        ("Translate the following text from French to English: Le renard dort.", "The fox sleeps."),
        (f"Summarize this text in one sentence: {NEWS}", "The council met on Monday."),
        ("Classify the sentiment: I love it. Answer with one word: positive or negative.", "positive"),
        ("Classify as POSITIVE or NEGATIVE: this is terrible", "NEGATIVE"),
        ("Classify as positive, negative or neutral: The parcel was posted.", "neutral"),
        ("Count from 3 to 6", "3, 4, 5, 6"),
        ("What is the capital of France?", "The capital of France is Paris."),
        ("What's the capital of the United States?", "The capital of the United States is Washington, D.C."),
        ("Capital of Japan? Answer with one word.", "Tokyo"),
        ("Count down from 3 to 1, please.", "3, 2, 1"),
        ("Is Paris the capital of France? Answer yes or no.", "Yes"),
        ("Is 2 > 3? Answer yes or no.", "No"),
        ("Is 5 larger than 3.5? Yes or no?", "Yes"),
        ("Translate the following English text to French: 'The fox sleeps.'", "Le renard dort."),
    ],
)
def test_what_is_asked_is_done(ask: Any, prompt: str, said: str) -> None:
    """By the native way and by OpenAI's, as any model would."""
    asked = {"model": "@cf/meta/llama-3.2-3b-instruct", "messages": [{"role": "user", "content": prompt}]}

    assert said == ask(NATIVE, {"prompt": prompt}).result["response"]
    assert said == ask(CHAT, asked).json["choices"][0]["message"]["content"]


def test_a_summary_is_an_extract(ask: Any) -> None:
    """Sentences of the text, and not all of them."""
    said = ask(NATIVE, {"prompt": f"Summarize the article:\n{NEWS * 3}"}).result["response"]

    assert all(sentence in NEWS for sentence in said.split(". "))
    assert len(said) < len(NEWS) * 3


@pytest.mark.parametrize(
    "prompt",
    [
        "Translate this",
        "Translate to Klingon: hello",
        "Summarize the history of Rome",
        "Classify these animals: dog, cat",
        "Count the boats",
        "Is it raining?",
    ],
)
def test_other_prompts_are_answered_in_prose(ask: Any, prompt: str) -> None:
    """Where there is nothing to be done with a text, there are sentences about the prompt."""
    assert ask(NATIVE, {"prompt": prompt}).result["response"].count(".") >= 2


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("Classify the following as spam or not spam: You WON a free prize!", "spam"),
        ("Classify the following as spam or not spam: Lunch at noon?", "not spam"),
        ("Classify 'Buy now, free cash!!!' as Spam or Ham.", "Spam"),
        ("Classify this into one of these categories: sports, politics.\n\nText: The team won\nCategory:", "sports"),
        ("Categorize the ticket as 'bug', 'feature request', or 'question': The app crashes.", "bug"),
        ("Classify the ticket (billing/technical/other): I was charged twice", "billing"),
        ("Classify the ticket (billing/technical/other): Hm.", "other"),
        ("Is this positive or negative: I love it", "positive"),
        ("Is the following review Positive or Negative? I hate it.", "Negative"),
        ("Is 'I love it' positive or negative?", "positive"),
        ('Is this email spam or not? "Win a prize now"', "spam"),
        ("Is a tomato a fruit or a vegetable?", "vegetable"),
        ("Is the following positive? Answer yes or no: I hate it", "No"),
        ("Can you label this as urgent or not urgent: the server is down", "urgent"),
        ("Label the emotion: I am so angry at you", "anger"),
        ("Which language is this: 'Guten Morgen'", "German"),
        ("What is the sentiment of: awful food", "negative"),
        ("Review: I love it.\nSentiment:", "positive"),
        ("Rate this from 1 to 5: wonderful, I love it", "5"),
        ("Count the words in: the quick brown fox", "4"),
        ("How many words are in the sentence 'I like cats'?", "3"),
        ("How many r's are in strawberry?", "3"),
        ("Count backwards from three to 1", "3, 2, 1"),
        ("List the numbers from 1 to 5", "1, 2, 3, 4, 5"),
        ("List the even numbers between 1 and 6, one per line", "2\n4\n6"),
        ("List the first 4 prime numbers", "2, 3, 5, 7"),
        ("Name three colors.", "red, blue, green"),
        ("Is 2 + 2 = 5?", "No"),
        ("Is 3 >= 3?", "Yes"),
        ("Is 2 <= 1 + 0.5?", "No"),
        ("Is 7 greater than or equal to 8?", "No"),
        ("Is 17 prime?", "Yes"),
        ("True or false: 2 + 2 = 5", "False"),
        ("Reply with yes or no: Is 5 > 3?", "Yes"),
        ("Convert to uppercase: hello world", "HELLO WORLD"),
        ("Sort: 10, 9, 2", "2, 9, 10"),
        ("What is 3 * (4 + 5)?", "3 * (4 + 5) = 27"),
        ("What is 2+2? Answer with just the number.", "4"),
        ("What is 15% of 80?", "15% of 80 = 12"),
        ("2 + 2 = ?", "2 + 2 = 4"),
        ("Is 10 even or odd?", "even"),
        ("Count to 3 separated by spaces", "1 2 3"),
        ('Classify sentiment: "The parcel was posted."', "neutral"),
        ("Tell me if this is positive or negative: I hate it", "negative"),
        ("Translate hello to Spanish", "hola"),
        ("How do you say 'thank you' in French?", "merci beaucoup"),
        ("Extract all email addresses from this text: ann@a.com, bob@b.com", "ann@a.com, bob@b.com"),
        ("Extract the names from: Alice met Bob in Paris.", "Alice, Bob"),
        ("Extract the date: the fair is on 12 March 2027", "2027-03-12"),
    ],
)
def test_direct_answers(prompt: str, said: str) -> None:
    """What has one answer gets it, and of the alternatives that are named one is said as it is written."""
    assert said == answer(prompt, pieces(prompt))


@pytest.mark.parametrize(
    "prompt",
    [
        "Is Python better than Java?",
        "Do you like tea or coffee?",
        "How many people live in Rome?",
        "How do I count words?",
        "List some books about Rome",
        "What is the meaning of life: a short essay",
        "10 reasons to visit Rome",
        "Make tea: how?",
        "List 3 European capitals",
        "Tell me about rivers",
        "How do you say that in French society?",
        "What is 9^64^64^64?",
    ],
)
def test_questions_without_a_plain_answer(prompt: str) -> None:
    """They are not taken for one of these."""
    assert answer(prompt, pieces(prompt)) is None


@pytest.mark.parametrize(
    ("system", "prompt", "said"),
    [
        ("Translate the user's text to French.", "The fox sleeps.", "Le renard dort."),
        ("You are a translator. Translate from French to English.", "Le renard dort.", "The fox sleeps."),
        ("You are a sentiment classifier. Answer with positive or negative.", "I love it", "positive"),
        ("Categorize tickets into billing, technical, other.", "I was charged twice", "billing"),
        ("Answer only with yes or no.", "Is 2 > 3?", "No"),
        ("Summarize the text in one sentence.", NEWS, "The council met on Monday."),
        ("Extract the email address from the message.", "Write to ann@example.com.", "ann@example.com"),
    ],
)
def test_instructions_of_the_system_message(ask: Any, system: str, prompt: str, said: str) -> None:
    """What the system message says is done with the user's text."""
    turns = [{"role": "system", "content": system}, {"role": "user", "content": prompt}]

    assert said == ask(NATIVE, {"messages": turns}).result["response"]


@pytest.mark.parametrize(
    "system",
    [
        "You are a helpful assistant.",
        "You help users with billing or technical questions.",
        "You are a helpful assistant that can translate to many languages.",
        "Answer briefly or not at all. Reply with a poem or a joke.",
    ],
)
def test_other_system_messages(system: str) -> None:
    """Manners are no instructions for a text."""
    assert led(system, "Tell me about rivers") is None


@pytest.mark.parametrize("part", ["(a, ", "as a-b, ", "'a", "x: ", "<tag>", "a/", "'a'b", "a or ", "= 1 ", "Text: "])
def test_long_prompts(part: str, ends: Callable[[], Any]) -> None:
    """Whatever a prompt repeats, its answer is there at once."""
    with ends():
        for verb in ("Classify ", "Is ", "Count ", "What is ", "List "):
            answer(verb + part * 4000, pieces(verb))
