"""The validating proxy: forwards requests to a real server and holds both sides to the contract."""

from mockserver.proxy.forwarding import Proxy

__all__ = ["Proxy"]
