"""The HTTP client of every connector: one factory, one way to fail.

HTTPS everywhere, plain HTTP to this machine only; redirects are errors; a body has a size and a
request a total time; a failure says whether the request may have reached the other end, because
a write that may have arrived must be looked up before it is sent again.
"""

import ipaddress
import logging
import threading
import time
import urllib.request
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpcore
import httpx
import orjson

from csmdesk.crm.base import TokenSource
from csmdesk.errors import ConfigError, UnexpectedReply, Unreachable

BODY_LIMIT = 16 * 1024 * 1024
"""Most bytes of a decoded body."""

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
TOTAL_SECONDS = 90.0
"""A whole request, from the first byte sent to the last received."""

_NOT_SENT = (
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
    httpcore.PoolTimeout,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpcore.LocalProtocolError,
)
_BROKEN = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, zlib.error)
_PLAIN = ("", "identity")
_PACKED = ("gzip", "deflate")
_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_base_url(url: str, hosts: tuple[str, ...]) -> str:
    """Return the URL without a trailing slash.

    Args:
        url: scheme and host, perhaps a port.
        hosts: domains that may be talked to; their subdomains too.

    Raises:
        ConfigError: plain HTTP beyond this machine, a host that is not the vendor's, or more
            than scheme, host and port.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        _ = parts.port
    except ValueError as error:
        raise ConfigError("The CRM's address has no valid port.") from error
    if parts.username or parts.password or parts.query or parts.fragment or not host:
        raise ConfigError(
            "The CRM's address must be a scheme and a host.", "For example https://api.hubapi.com."
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigError(
            "Plain http is only taken for this machine.", "Write the address with https."
        )
    if parts.scheme not in ("http", "https"):
        raise ConfigError("The CRM's address must begin with https://.")
    known = any(host == name or host.endswith("." + name) for name in hosts)
    if not known and not is_loopback(host):
        raise ConfigError(
            "That host does not belong to the CRM's vendor.", f"Expected {' or '.join(hosts)}."
        )
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Return whether a host name can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class HttpClient:
    """Sends requests with a bearer token. Safe for several threads.

    It speaks to the pool under httpx and leaves httpx's own client out: cookies, redirects and
    sign-in are not wanted here, and cost as much for each request as sending it does.

    Args:
        base_url: checked with `check_base_url`.
        token: gives the token when a request needs it; it is kept by nobody else.
        total: seconds a whole request may take.
    """

    def __init__(
        self,
        base_url: str,
        token: TokenSource,
        *,
        total: float = TOTAL_SECONDS,
        connections: int = 8,
    ) -> None:
        for name in ("httpx", "httpcore"):
            # Their INFO lines show whole addresses.
            logging.getLogger(name).setLevel(logging.WARNING)
        self._address = base_url
        self._token = token
        self._total = total
        self._lock = threading.Lock()
        self.requests = 0
        self._transport = PunctualTransport(base_url, connections)
        self._base = httpcore.URL(base_url)
        self._prefix = urlsplit(base_url).path.rstrip("/")
        self._timeout = {
            "connect": min(CONNECT_SECONDS, total),
            "read": min(READ_SECONDS, total),
            "write": min(READ_SECONDS, total),
            "pool": total,
        }
        self._headers = [
            (b"Host", urlsplit(base_url).netloc.encode()),
            (b"User-Agent", b"csmdesk"),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"gzip"),
            (b"Connection", b"keep-alive"),
        ]

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Reply:
        """Send one request, once, and read the whole answer.

        Raises:
            Unreachable: no connection or no complete answer; `sent` says which.
            UnexpectedReply: the answer is larger or stranger than a CRM's can be.
            SecretError: there is no token.
        """
        authorization = f"Bearer {self._token().reveal()}".encode()
        headers = [*self._headers, (b"Authorization", authorization)]
        content: bytes | None = None
        if json is not None:
            content = orjson.dumps(json)
            headers.append((b"Content-Type", b"application/json"))
            headers.append((b"Content-Length", str(len(content)).encode()))
        target = quote(f"{self._prefix}{path}", safe=_PATH_SAFE)
        if params:
            target = f"{target}?{urlencode(params)}"
        base = self._base
        address = httpcore.URL(
            scheme=base.scheme, host=base.host, port=base.port, target=target.encode()
        )
        with self._lock:
            self.requests += 1
        deadline = time.monotonic() + self._total
        _this_thread.deadline = deadline
        try:
            request = httpcore.Request(
                method,
                address,
                headers=headers,
                content=content,
                extensions={"timeout": self._timeout},
            )
            response = self._transport.answer(request)
            try:
                found = _lowered(response)
                body = _read(response, found, deadline)
            finally:
                response.close()
        except _NOT_SENT as error:
            raise Unreachable(
                f"{self._address} cannot be reached.",
                "Check the network and the address; nothing was sent.",
                sent=False,
            ) from error
        except _BROKEN as error:
            raise Unreachable(
                f"{self._address} did not answer completely.",
                "It will be asked again.",
                sent=True,
            ) from error
        return Reply(response.status, found, body)

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()


def _lowered(response: httpcore.Response) -> dict[str, str]:
    """Return the headers by their names in lower case; several of one name are one list."""
    found: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _read(response: httpcore.Response, headers: Mapping[str, str], deadline: float) -> bytes:
    packing = headers.get("content-encoding", "").strip().lower()
    if packing not in (*_PLAIN, *_PACKED):
        raise UnexpectedReply("The CRM's answer is packed in a way that was not asked for.")
    unpacker = zlib.decompressobj(_ZLIB_OR_GZIP) if packing in _PACKED else None
    chunks: list[bytes] = []
    size = 0
    for sent in response.iter_stream():
        # One byte more than there may be is enough to know that it is too much.
        chunk = sent if unpacker is None else unpacker.decompress(sent, BODY_LIMIT + 1 - size)
        size += len(chunk)
        if size > BODY_LIMIT:
            raise UnexpectedReply("The CRM's answer is larger than any answer should be.")
        if time.monotonic() > deadline:
            raise Unreachable("The CRM answered too slowly.", "It will be asked again.", sent=True)
        chunks.append(chunk)
    if unpacker is not None and size and not unpacker.eof:
        raise httpcore.RemoteProtocolError("the packed body is cut off")
    return b"".join(chunks)


class PunctualTransport(httpx.HTTPTransport):
    """Ends a request at its deadline, also one that is answered byte by byte.

    The client's own limit is per read, so a server that sends a byte now and then could hold a
    request for hours, in its headers even where no body is there to be counted.

    Args:
        base_url: where all requests go; decides about TLS and about a proxy.
        connections: most open at once.
    """

    def __init__(self, base_url: str, connections: int) -> None:
        super().__init__(
            verify=_verification(base_url),
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            proxy=proxy_for(base_url),
        )
        # There is no public way to hand the pool another backend through httpx.
        pool: Any = self._pool
        pool._network_backend = _PunctualBackend(pool._network_backend)
        self._line: httpcore.ConnectionPool = pool

    def answer(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request; return the answer when its headers are there."""
        return self._line.handle_request(request)


class _PunctualBackend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(self, *args: Any, **more: Any) -> httpcore.NetworkStream:
        return _PunctualStream(self._backend.connect_tcp(*args, **more))

    def connect_unix_socket(self, *args: Any, **more: Any) -> httpcore.NetworkStream:
        return _PunctualStream(self._backend.connect_unix_socket(*args, **more))

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class _PunctualStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *args: Any, **more: Any) -> httpcore.NetworkStream:
        return _PunctualStream(self._stream.start_tls(*args, **more))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


_this_thread = threading.local()


def _left(timeout: float | None, late: type[Exception]) -> float | None:
    """Return the time a read or write may still take."""
    deadline: float | None = getattr(_this_thread, "deadline", None)
    if deadline is None:
        return timeout
    left = deadline - time.monotonic()
    if left <= 0:
        raise late
    return left if timeout is None else min(timeout, left)


def proxy_for(base_url: str) -> str | None:
    """Return the proxy that the environment names for an address, if any."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    found = urllib.request.getproxies()
    return found.get(parts.scheme) or found.get("all")


def _verification(base_url: str) -> Any:
    import os
    import ssl

    if not base_url.startswith("https"):
        # Nothing is to be verified: a context that trusts nobody, and loads no certificates.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
        return ssl.create_default_context()
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
