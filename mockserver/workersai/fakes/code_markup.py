"""Pieces of HTML and CSS that people ask for all the time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mockserver.workersai.fakes.code_forms import words

_WORD = re.compile(r"[a-z]+")

HTML = (
    (words("login signin sign", "form page login in"), """<form action="/login" method="post">
  <label for="email">Email</label>
  <input id="email" name="email" type="email" required>
  <label for="password">Password</label>
  <input id="password" name="password" type="password" required>
  <button type="submit">Log in</button>
</form>"""),
    (words("form contact"), """<form action="/contact" method="post">
  <label for="name">Name</label>
  <input id="name" name="name" required>
  <label for="message">Message</label>
  <textarea id="message" name="message" required></textarea>
  <button type="submit">Send</button>
</form>"""),
    (words("table"), """<table>
  <thead>
    <tr><th>Name</th><th>Value</th></tr>
  </thead>
  <tbody>
    <tr><td>First</td><td>1</td></tr>
    <tr><td>Second</td><td>2</td></tr>
  </tbody>
</table>"""),
    (words("nav navbar navigation menu"), """<nav>
  <ul>
    <li><a href="/">Home</a></li>
    <li><a href="/about">About</a></li>
    <li><a href="/contact">Contact</a></li>
  </ul>
</nav>"""),
    (words("list"), """<ul>
  <li>First</li>
  <li>Second</li>
  <li>Third</li>
</ul>"""),
    (words("button"), '<button type="button" class="button">Click me</button>'),
    (words("image picture img"), '<img src="picture.jpg" alt="What the picture shows" width="640" height="480">'),
    (words("link anchor hyperlink"), '<a href="https://example.com/">Example</a>'),
    (words("card"), """<article class="card">
  <h2>Title</h2>
  <p>Some text.</p>
  <a href="#">More</a>
</article>"""),
    (words("page boilerplate skeleton document website template"), """<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Title</title>
  </head>
  <body>
    <h1>Title</h1>
    <p>Some text.</p>
  </body>
</html>"""),
)  # fmt: skip
"""The words that ask for a piece, and the piece; the first that fits is meant."""

CSS = (
    (words("center centers centre centres centering centred centered"), """.container {
  display: flex;
  justify-content: center;
  align-items: center;
  min-height: 100vh;
}"""),
    (words("grid"), """.grid {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr));
  gap: 1rem;
}"""),
    (words("flex flexbox row"), """.row {
  display: flex;
  flex-wrap: wrap;
  gap: 1rem;
}"""),
    (words("button buttons hover"), """.button {
  padding: 0.5rem 1rem;
  border: none;
  border-radius: 0.25rem;
  background: #0051c3;
  color: #fff;
  cursor: pointer;
}

.button:hover {
  background: #003681;
}"""),
    (words("dark"), """@media (prefers-color-scheme: dark) {
  body {
    background: #111;
    color: #eee;
  }
}"""),
    (words("responsive mobile media"), """@media (max-width: 40rem) {
  .container {
    flex-direction: column;
  }
}"""),
    (words("animation animate fade spin"), """@keyframes fade-in {
  from { opacity: 0; }
  to { opacity: 1; }
}

.fade-in {
  animation: fade-in 0.3s ease-in;
}"""),
    (words("card shadow"), """.card {
  padding: 1rem;
  border-radius: 0.5rem;
  box-shadow: 0 1px 4px rgb(0 0 0 / 20%);
}"""),
)  # fmt: skip
"""The same for style sheets."""


def markup_in(said: frozenset[str], language: str) -> str | None:
    """Return the piece of HTML or CSS that a prompt of these words asks for, None for any other."""
    pieces = HTML if language == "html" else CSS if language == "css" else ()
    return next((piece for told_by, piece in pieces if all(group & said for group in told_by)), None)


def plain_markup(about: Sequence[str], language: str) -> str:
    """Return an element, or a rule, that is named after something.

    >>> plain_markup(["boat", "fees"], "css")
    '.boat-fees {\\n  margin: 0 auto;\\n  padding: 1rem;\\n}'
    """
    name = "-".join(about)
    if language == "css":
        return f".{name} {{\n  margin: 0 auto;\n  padding: 1rem;\n}}"
    return f'<section id="{name}">\n  <h2>{" ".join(about).capitalize()}</h2>\n</section>'
