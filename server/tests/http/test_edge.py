"""What stands around every route: origins, sizes, times, headers; raw sockets where a client library is too polite."""

import asyncio
import contextlib
import json
import ssl
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn

from bosman_protocol.codes import Code
from bosman_server.kit.http import middleware, protocol
from bosman_server.kit.http.middleware import EdgeMiddleware
from bosman_server.kit.http.protocol import GuardedProtocol
from testkit.patience import patient
from testkit.stack import free_port

FOREIGN = {"origin": "https://evil.example.com"}


class TestOrigin:
    @pytest.mark.parametrize("path", ["events", "devices", "me"])
    async def test_reads_with_a_foreign_origin_are_refused(self, path, people, acme):
        client = await people.owner(acme)
        answer = await client.get(path, headers=FOREIGN)
        assert (answer.status_code, answer.json()["code"]) == (403, "request.bad_origin")

    async def test_event_stream_opens_for_our_own_pages_only(self, people, acme, stack):
        client = await people.owner(acme)
        for headers, status in (
            ({"origin": stack.url}, 200),
            ({"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}, 200),
            (FOREIGN, 403),
            ({"origin": "null"}, 403),
            ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
            ({"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}, 403),
        ):
            async with client.stream("GET", "events", headers=headers) as answer:
                assert answer.status_code == status, headers

    async def test_following_a_link_from_elsewhere_is_fine_posting_is_not(self, people, acme):
        client = await people.owner(acme)
        headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
        assert (await client.get("devices", headers=headers)).status_code == 200
        assert (await client.post("enrollment-tokens", json={}, headers=headers)).status_code == 403

    async def test_pages_open_from_everywhere(self, stack):
        async with httpx.AsyncClient() as client:
            headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
            assert (await client.get(f"{stack.url}/devices", headers=headers)).status_code == 200

    async def test_there_are_no_web_sockets(self, stack):
        request = (
            "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        answer = await raw(urlsplit(stack.url).port, request.encode(), until=b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 401"), "answered as any other read without a session"


class TestHeaders:
    async def test_page_allows_no_inline_style_or_script_and_no_html_from_strings(self, stack):
        async with httpx.AsyncClient() as client:
            policy = (await client.get(f"{stack.url}/")).headers["content-security-policy"]
        assert "unsafe" not in policy and "require-trusted-types-for 'script'" in policy
        assert "script-src 'self'" in policy and "default-src 'none'" in policy

    async def test_answers_of_the_api_are_never_stored(self, people, acme):
        client = await people.owner(acme)
        for path in ("me", "devices", "no/such/route"):
            answer = await client.get(path)
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
            assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_hashed_assets_are_kept(self, stack):
        async with httpx.AsyncClient(base_url=stack.url) as client:
            page = (await client.get("/")).text
            asset = page.split('src="/assets/')[1].split('"')[0]
            assert "immutable" in (await client.get(f"/assets/{asset}")).headers["cache-control"]

    async def test_asset_that_is_gone_is_not_the_page(self, stack):
        async with httpx.AsyncClient(base_url=stack.url) as client:
            assert (await client.get("/assets/index-of-an-older-version.js")).status_code == 404


class TestCompression:
    """By the bytes on the wire; the app's texts are packed when it is built, answers of the API as they go."""

    @pytest.mark.parametrize(
        ("accepted", "used"),
        [
            ("br, gzip", "br"),
            ("gzip, deflate", "gzip"),
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("identity", None),
            ("*;q=0", None),
            ("br;q=what", None),
            ("", None),
        ],
    )
    async def test_page_comes_as_the_browser_takes_it(self, stack, accepted, used):
        async with httpx.AsyncClient(base_url=stack.url, headers={"accept-encoding": accepted}) as client:
            answer = await client.get("/")
        assert answer.headers.get("content-encoding") == used
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"].startswith("text/html")
        assert used == "br" or "<title>Bosman</title>" in answer.text

    async def test_part_of_an_asset_is_a_part_of_the_plain_one(self, stack):
        headers = {"accept-encoding": "gzip", "range": "bytes=0-8"}
        async with httpx.AsyncClient(base_url=stack.url, headers=headers) as client:
            answer = await client.get("/index.html")
        assert answer.status_code == 206 and "content-encoding" not in answer.headers
        assert answer.text == "<!doctype"

    async def test_long_answer_to_a_read_is_packed_and_a_stream_of_events_is_not(self, people, acme):
        client = await people.owner(acme)
        client.headers["accept-encoding"] = "gzip"
        assert (await client.get("roles")).headers["content-encoding"] == "gzip"
        async with client.stream("GET", "events") as events:
            assert "content-encoding" not in events.headers


async def raw(port, data, *, then=b"", until=b"", seconds=10.0):
    """Send bytes, read until the other side closes, `until` came or the time is over."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    found = bytearray()
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(seconds):
            while part := await reader.read(65536):
                found += part
                if (b"\r\n\r\n" in found and then) or (until and until in found):
                    break
    writer.close()
    return bytes(found)


@pytest.fixture
async def small(monkeypatch):
    """A server with our protocol and edge around a tiny app; its patience is short."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(middleware, "BODY_SECONDS", 0.3)
    monkeypatch.setattr(middleware, "ANSWER_SECONDS", 0.6)
    seen = []

    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        more = True
        while more:
            message = await receive()
            more = message.get("more_body", False)
        seen.append(scope["path"])
        if scope["path"] == "/api/hang":
            await asyncio.sleep(60)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        if scope["path"] == "/api/stream":
            for _ in range(4):
                await send({"type": "http.response.body", "body": b"tick\n", "more_body": True})
                await asyncio.sleep(0.3)
        await send({"type": "http.response.body", "body": b"end"})

    port = free_port()
    edge = EdgeMiddleware(app, secure=False, throttle=lambda scope: 7 if scope["path"] == "/api/full" else None)
    config = uvicorn.Config(
        edge, host="127.0.0.1", port=port, http=GuardedProtocol, ws="none",
        lifespan="off", log_config=None, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield port, seen
    server.should_exit = True
    await running


def code_of(answer: bytes) -> str:
    return str(json.loads(answer.split(b"\r\n\r\n", 1)[1])["code"])


class TestSize:
    @pytest.mark.parametrize("pieces", [1, 20])
    async def test_endless_headers_are_refused(self, pieces, small):
        port, seen = small
        head = b"GET /api/x HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 2000) for n in range(20))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        step = len(head) // pieces + 1
        answer = b""
        # Whoever goes on sending after the refusal may find the connection reset before they can read it.
        with contextlib.suppress(ConnectionError):
            for start in range(0, len(head), step):
                writer.write(head[start : start + step])
                await writer.drain()
            writer.write(b"\r\n")
            answer = await asyncio.wait_for(reader.read(), patient())
        assert not seen and (answer.startswith(b"HTTP/1.1 431") or (pieces > 1 and not answer))
        writer.close()

    async def test_one_endless_header_is_refused_before_it_ends(self, small):
        answer = await raw(small[0], b"GET /api/x HTTP/1.1\r\nX: " + b"y" * 40_000, seconds=0.25)
        assert answer.startswith(b"HTTP/1.1 431")

    async def test_large_body_is_refused_with_and_without_a_length(self, small):
        port, _ = small
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            answer = await client.post("/api/x", content=b"x" * (1024 * 1024 + 1))
            assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")

            async def parts():
                for _ in range(20):
                    yield b"x" * 100_000

            answer = await client.post("/api/x", content=parts())
            assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")


class TestGate:
    async def test_who_is_turned_away_hears_when_to_come_again_and_keeps_the_connection(self, small):
        request = b"POST /api/full HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
        following = b"GET /api/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        answer = await raw(small[0], request + following)
        assert answer.startswith(b"HTTP/1.1 429") and b"retry-after: 7\r\n" in answer
        assert b'"retry_after_seconds":7' in answer and b"HTTP/1.1 200" in answer
        assert small[1] == ["/api/x"], "the app never saw the first one"


class TestTime:
    @pytest.mark.parametrize("begun", [b"", b"GET /api/x HT", b"GET /api/x HTTP/1.1\r\nHost: x\r\n"])
    async def test_head_that_does_not_come_is_not_waited_for(self, begun, small):
        assert await raw(small[0], begun) == b""

    @pytest.mark.slow(reason="uvicorn keeps a connection for five seconds")
    async def test_second_request_may_not_drip_either(self, small):
        whole = b"GET /api/x HTTP/1.1\r\nHost: x\r\n\r\n"
        answer = await raw(small[0], whole + b"GET /api/y HT")
        assert answer.startswith(b"HTTP/1.1 200") and small[1] == ["/api/x"]

    async def test_slow_body_is_refused(self, small):
        answer = await raw(small[0], b"POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        assert answer.startswith(b"HTTP/1.1 408") and code_of(answer) == Code.REQUEST_TOO_SLOW

    async def test_answer_that_does_not_begin_is_given_up(self, small):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{small[0]}") as client:
            answer = await client.get("/api/hang")
            assert (answer.status_code, answer.json()["code"]) == (503, "server.too_slow")

    async def test_stream_that_has_begun_may_last(self, small):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{small[0]}") as client:
            assert (await client.get("/api/stream")).text == "tick\n" * 4 + "end"


REFUSED = (ssl.SSLError, ConnectionError)


def client_context(*, highest=None, lowest=None, ciphers=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if ciphers:
        context.set_ciphers(ciphers)
    if lowest:
        context.minimum_version = lowest
    if highest:
        context.maximum_version = highest
    return context


class TestTls:
    @pytest.fixture
    def attempt(self, stack):
        where = urlsplit(stack.about()["gateway_url"])

        async def connect(context):
            _, writer = await asyncio.open_connection(where.hostname, where.port, ssl=context)
            found = writer.get_extra_info("ssl_object")
            result = found.version(), found.cipher()[0]
            writer.close()
            return result

        return connect

    async def test_modern_clients_get_tls_1_3(self, attempt):
        assert (await attempt(client_context()))[0] == "TLSv1.3"

    @pytest.mark.parametrize("cipher", ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"])
    async def test_tls_1_2_with_forward_secrecy_is_fine(self, cipher, attempt):
        names = f"ECDHE-ECDSA-{cipher}:ECDHE-RSA-{cipher}"
        version, name = await attempt(client_context(highest=ssl.TLSVersion.TLSv1_2, ciphers=names))
        assert version == "TLSv1.2" and name in names.split(":")

    @pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
    @pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
    async def test_older_versions_are_refused(self, version, attempt):
        context = client_context(lowest=ssl.TLSVersion.TLSv1, highest=version, ciphers="ALL:@SECLEVEL=0")
        with pytest.raises(REFUSED):
            await attempt(context)

    @pytest.mark.parametrize(
        "cipher", ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-SHA", "DHE-RSA-AES256-GCM-SHA384"]
    )
    async def test_weak_ciphers_are_refused(self, cipher, attempt):
        context = client_context(highest=ssl.TLSVersion.TLSv1_2, ciphers=f"{cipher}:@SECLEVEL=0")
        with pytest.raises(REFUSED):
            await attempt(context)
