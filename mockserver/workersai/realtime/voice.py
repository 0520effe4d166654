"""Speech in sessions (Aura): texts in, sound and its landmarks out. The protocol is that of Deepgram's /v1/speak."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.seeds import digest
from mockserver.engine.sessions import Close, Said
from mockserver.workersai import moments
from mockserver.workersai.catalogue import Model
from mockserver.workersai.fakes import speech
from mockserver.workersai.families import speaking
from mockserver.workersai.realtime.messages import Exchange, Wrong, read, write
from mockserver.workersai.realtime.options import Options

_STREAMED = ("linear16", "mulaw", "alaw")
"""The encodings of Deepgram's own WebSocket; others come as whole files, one for each Flush."""
_FRAMES_PER_SECOND = 5
_FRAME = 4096  # bytes, where a second is no number of bytes


class Voice:
    """One session: text is collected until a Flush, which has it spoken."""

    idle = 600.0

    def __init__(self, invocation: Invocation, model: Model, options: Options) -> None:
        """Raises Refusal for a voice, or a format, that does not exist."""
        values: dict[str, Any] = {name: value for name, value in options.values.items() if value}
        for name in ("sample_rate", "bit_rate"):
            if name in values:
                values[name] = options.whole(name, 0, 1, 1_000_000)
        values = {"encoding": _STREAMED[0], **values}
        if values["encoding"] in _STREAMED:
            values.setdefault("container", "none")
        elif values["encoding"] in speaking.ENCODINGS:
            invocation.warn(f"Deepgram's own WebSocket speaks {', '.join(_STREAMED)} only")
        self._form = speaking.form_of(values, invocation)
        self._speaker = speaking.speaker_of(values, model, invocation)
        self._model, self._request = model, moments.uuid(invocation.seed.hex())
        self._text = ""
        self._sequence = 0
        self._messages = Exchange(
            {"Speak": self._speak, "Flush": self._flush, "Clear": self._clear, "Close": self._close},
            lambda wrong: write(type="Error", description=str(wrong), code=wrong.code),
        )

    def open(self) -> Iterable[Said]:
        """Say which model speaks."""
        yield write(
            type="Metadata",
            request_id=self._request,
            model_name=self._model.slug,
            model_version=self._model.added or "",
            model_uuid=moments.uuid(digest("model", self._model.name).hex()),
        )

    def hear(self, message: str | bytes) -> Iterable[Said]:
        """Answer a message; sound is nothing that a voice takes."""
        if isinstance(message, bytes):
            return self._messages.wrong(Wrong("UNPARSABLE_CLIENT_MESSAGE", "Messages are JSON text, not binary"))
        return self._messages.answer(message)

    def interrupts(self, message: str | bytes) -> bool:
        """Say whether a message is a Clear, which silences."""
        try:
            return isinstance(message, str) and read(message, ("Clear",))[0] == "Clear"
        except Wrong:
            return False

    def wait(self) -> Iterable[Said]:
        """End the session."""
        yield Close(1011, "NET-0001: no message within the timeout window")

    def _speak(self, content: dict[str, Any]) -> Iterable[Said]:
        text = content.get("text")
        if not isinstance(text, str):
            raise Wrong("UNPARSABLE_CLIENT_MESSAGE", "Speak has a `text` that is a string")
        if len(self._text) + len(text) > speech.LONGEST:
            limit = f"{speech.LONGEST} characters are spoken at once; this text was dropped: Flush comes first"
            yield write(type="Warning", description=limit, code="EXCESSIVE_TEXT")
            return
        self._text += text

    def _flush(self, content: dict[str, Any]) -> Iterable[Said]:
        text, self._text = self._text.strip(), ""
        if text:
            sound = speech.speak(text, self._speaker, self._form)
            size = self._frame_size()
            for start in range(0, len(sound), size):
                yield sound[start : start + size]
        yield write(type="Flushed", sequence_id=self._next())

    def _clear(self, content: dict[str, Any]) -> Iterable[Said]:
        self._text = ""
        yield write(type="Cleared", sequence_id=self._next())

    def _close(self, content: dict[str, Any]) -> Iterable[Said]:
        if self._text.strip():
            yield from self._flush(content)
        yield Close()

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence - 1

    def _frame_size(self) -> int:
        """Return the bytes of a piece of sound: a fifth of a second, as far as that can be told."""
        if self._form.encoding not in _STREAMED:
            return _FRAME
        return self._form.sample_rate // _FRAMES_PER_SECOND * (2 if self._form.encoding == "linear16" else 1)
