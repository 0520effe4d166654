"""Realtime models: sessions over a WebSocket, told in messages and timed by the sound itself, never by a clock."""
