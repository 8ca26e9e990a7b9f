"""Webhooks never reach what is not public, whatever address a partner writes down."""

import asyncio
import datetime
import ipaddress
import socket
import ssl
import threading

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from apps.events import egress
from apps.events.destinations import UrlNotAllowed, check_destination, check_url, is_public

# {port} is where a listener waits on the loopback addresses.
HOSTILE = [
    # not https
    "http://127.0.0.1:{port}/",
    "http://hooks.example.com/",
    "file:///etc/passwd",
    "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_",
    "data:text/plain,x",
    "javascript:alert(1)",
    "//127.0.0.1:{port}/",
    "127.0.0.1:{port}",
    "",
    "https:127.0.0.1:{port}/",
    "https:///127.0.0.1:{port}/",
    # users, fragments, ports
    "https://user:pass@hooks.example.com/",
    "https://hooks.example.com@127.0.0.1:{port}/",
    "https://127.0.0.1:{port}@hooks.example.com/",
    "https://hooks.example.com/#fragment",
    "https://hooks.example.com:{port}/",
    "https://hooks.example.com:22/",
    "https://hooks.example.com:0/",
    "https://hooks.example.com:99999/",
    "https://hooks.example.com:/",
    # the machine itself
    "https://127.0.0.1/",
    "https://127.0.0.1:{port}/",
    "https://127.255.255.254/",
    "https://localhost:{port}/",
    "https://localhost.:{port}/",
    "https://LOCALHOST/",
    "https://portal.localhost/",
    "https://0.0.0.0:{port}/",
    "https://[::1]:{port}/",
    "https://[::]:{port}/",
    "https://[::ffff:127.0.0.1]:{port}/",
    "https://[::127.0.0.1]:{port}/",
    # numbers in disguise
    "https://2130706433:{port}/",
    "https://0x7f000001:{port}/",
    "https://017700000001:{port}/",
    "https://127.1:{port}/",
    "https://127.0.1:{port}/",
    "https://0:{port}/",
    "https://0177.0.0.1:{port}/",
    "https://0x7f.0.0.1:{port}/",
    "https://127.0.0.0x1:{port}/",
    "https://127.0.0.01:{port}/",
    "https://①②⑦.0.0.1:{port}/",
    "https://127。0。0。1:{port}/",
    "https://127.0.0.1.:{port}/",
    "https://%31%32%37.0.0.1:{port}/",
    # clouds' metadata
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/",
    "https://metadata.google.internal/",
    "https://metadata/",
    # private networks
    "https://10.0.0.8/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://[fc00::1]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://printer.local/",
    "https://db.internal/",
    "https://intranet/",
    "https://1.0.0.127.in-addr.arpa/",
    # wrapped and reserved
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://[3fff::1]/",
    "https://[5f00::1]/",
    "https://[100::1]/",
    "https://224.0.0.1/",
    "https://239.255.255.255/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://192.0.0.8/",
    "https://192.0.2.1/",
    "https://192.88.99.1/",
    "https://198.18.0.1/",
    "https://198.51.100.1/",
    "https://203.0.113.1/",
    # tricks of writing
    "https://hooks.example.com\\@127.0.0.1:{port}/",
    "https:\\\\127.0.0.1:{port}\\",
    "https://127.0.0.1:{port}\t/",
    "https://127.0.\n0.1:{port}/",
    " https://127.0.0.1:{port}/",
    "https://hooks.example.com/\r\nHost: 127.0.0.1",
    "https://hooks.example.com /",
    "https://hooks..example.com/",
    "https://.example.com/",
    "https://hooks.example.com./",
    "https://-hooks.example.com/",
    "https://hooks_.example.com/",
    "https://pаypal.example.com/",  # a Cyrillic letter
    "https://[::1/",
    "https://[not-an-address]/",
    "https://[127.0.0.1]/",
    f"https://{'a' * 64}.example.com/",
    f"https://{'.'.join(['a' * 60] * 5)}.com/",
    f"https://hooks.example.com/{'a' * 2048}",
    # the portal itself
    "https://portal.example.org/admin/",
    "https://PORTAL.example.org/admin/",
]


class Listener:
    """Counts connections to one port of both loopback addresses."""

    def __init__(self):
        self.hits = 0
        self.sockets = [socket.socket(socket.AF_INET)]
        self.sockets[0].bind(("127.0.0.1", 0))
        self.port = self.sockets[0].getsockname()[1]
        try:
            self.sockets.append(socket.socket(socket.AF_INET6))
            self.sockets[1].bind(("::1", self.port))
        except OSError:  # a machine without IPv6
            self.sockets[1:] = []
        for one in self.sockets:
            one.listen()
            threading.Thread(target=self._accept, args=[one], daemon=True).start()

    def _accept(self, one):
        while True:
            try:
                connection, _ = one.accept()
            except OSError:
                return
            self.hits += 1
            connection.close()

    def close(self):
        for one in self.sockets:
            one.close()


@pytest.fixture
def listener():
    one = Listener()
    socket.create_connection(("127.0.0.1", one.port)).close()
    while one.hits < 1:  # it does count
        pass
    one.hits = 0
    yield one
    one.close()


@pytest.fixture
def public_only(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    settings.ALLOWED_HOSTS = ["portal.example.org"]


@pytest.fixture
def names(monkeypatch):
    """Let names resolve to what the test says, call by call: the name service of the world outside."""
    answers = {}

    def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
        try:
            addresses = [str(ipaddress.ip_address(host))]
        except ValueError:
            if not answers.get(host):
                raise socket.gaierror(socket.EAI_NONAME, "no such name") from None
            addresses = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return answers


def send(*urls, tls=None):
    """Send a message to each and return the answers, or the one."""

    async def run():
        async with egress.open_session(limit=2, tls=tls) as session:
            return [await egress.post(session, url, b"{}", {"content-type": "application/json"}) for url in urls]

    answers = asyncio.run(run())
    return answers[0] if len(urls) == 1 else answers


@pytest.mark.usefixtures("public_only")
def test_hostile_addresses_are_refused_and_never_connected_to(listener):
    assert len(HOSTILE) >= 60
    urls = [hostile.format(port=listener.port) for hostile in HOSTILE]
    for url, answer in zip(urls, send(*urls), strict=True):
        with pytest.raises(UrlNotAllowed):
            check_url(url)
        assert (answer.status_code, answer.error[:15]) == (None, "url-not-allowed"), url

    assert listener.hits == 0


@pytest.mark.usefixtures("public_only")
@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com",
        "https://hooks.example.com/",
        "https://Hooks.Example.com:8443/in/payouts?token=a%20b&x=@1",
        "https://xn--bcher-kva.example/hook",
        "https://93.184.215.14/hook",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/hook",
    ],
)
def test_public_addresses_are_let_through(url):
    check_url(url)


@pytest.mark.usefixtures("public_only")
def test_socket_gate_holds_even_where_the_form_of_the_address_was_not_judged(listener):
    async def run(url):
        async with egress.open_session(limit=1) as session:
            with pytest.raises(aiohttp.ClientConnectorError, match="not on the public internet"):
                await session.post(url)

    for host in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"):
        asyncio.run(run(f"http://{host}:{listener.port}/"))
    assert listener.hits == 0


@pytest.mark.usefixtures("public_only")
def test_name_with_a_private_address_is_refused_when_configured(names):
    names["hooks.example.com"] = [["10.0.0.8"]]
    names["mixed.example.com"] = [["93.184.215.14", "192.168.0.1"]]
    names["fine.example.com"] = [["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]]

    for name in ("hooks", "mixed"):
        with pytest.raises(UrlNotAllowed, match="resolves to"):
            check_destination(f"https://{name}.example.com/")
    check_destination("https://fine.example.com/")
    check_destination("https://unknown.example.com/")


@pytest.mark.usefixtures("public_only")
@pytest.mark.parametrize("later", [["127.0.0.1"], ["::1"], ["93.184.215.14", "127.0.0.1"], ["64:ff9b::7f00:1"]])
def test_name_that_resolves_differently_when_sent_is_not_connected_to(names, listener, later):
    names["hooks.example.com"] = [["93.184.215.14"], later]
    url = "https://hooks.example.com/"
    check_destination(url)
    answer = send(url)

    assert answer.status_code is None
    assert "not on the public internet" in answer.error
    assert listener.hits == 0


@pytest.fixture
def line(settings):
    """Yield an address, and a list of what whoever connects to it gets, one after the other, before the line is cut."""
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    said = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while said:
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(said.pop(0))

        thread = threading.Thread(target=serve)
        yield f"127.0.0.1:{server.getsockname()[1]}", said, thread
        thread.join(5)


def test_why_no_answer_came_is_said_in_words(line, names, settings):
    address, said, thread = line
    said += [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", b"nonsense\r\n\r\n", b"no TLS\r\n"]
    thread.start()
    cut, cut_short, nonsense = send(*[f"http://{address}/"] * 3)
    no_tls = send(f"https://{address}/")
    thread.join(5)
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    refused = send(f"http://127.0.0.1:{port}/")
    unknown = send("https://unknown.example.com/")
    names["inside.example.com"] = [["10.0.0.8"]]
    inside = send("https://inside.example.com/")

    assert cut.error == cut_short.error == "disconnected: the connection ended before the answer did"
    assert nonsense.error.startswith("answer-unreadable: ")
    assert no_tls.error.startswith("tls-failed: ")
    assert refused.error == f"connection-refused: nobody takes connections at port {port} of 127.0.0.1"
    assert unknown.error == "name-unknown: unknown.example.com has no address"
    assert inside.error == "address-not-allowed: 10.0.0.8 is not on the public internet"
    assert {one.status_code for one in (cut, cut_short, nonsense, no_tls, refused, unknown, inside)} == {None}


@pytest.mark.usefixtures("public_only")
def test_proxies_of_the_environment_are_not_used(names, listener, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{listener.port}")
    names["hooks.example.com"] = [["10.0.0.8"]]
    answer = send("https://hooks.example.com/")

    assert "10.0.0.8 is not on the public internet" in answer.error
    assert listener.hits == 0


def test_allowed_networks_are_let_through_by_plain_http_and_no_others(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]

    check_url("http://127.0.0.1:9999/hook")
    for other in ("http://10.0.0.1/", "https://10.0.0.1/", "http://localhost:9999/", "http://hooks.example.com/"):
        with pytest.raises(UrlNotAllowed):
            check_url(other)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("64:ff9b::5db8:d70e", True),  # a public IPv4 address behind NAT64
        ("::ffff:93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:5db8:d70e::1", False),
        ("fe80::1%lo", False),
        ("2606:2800::1%lo", False),
        ("nonsense", False),
    ],
)
@pytest.mark.usefixtures("public_only")
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public


def self_signed(folder, ends=None, address="127.0.0.1"):
    """Return (file with certificate and key for an address, file with the certificate alone)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=9))
        .not_valid_after(ends or now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    ).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(signed + private)
    (folder / "authority.pem").write_bytes(signed)
    return folder / "both.pem", folder / "authority.pem"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return self_signed(tmp_path_factory.mktemp("tls"))


def test_receiver_has_to_prove_its_name(receiver, certificate, tmp_path):
    both, authority = certificate
    of_another, its_authority = self_signed(tmp_path, address="127.0.0.9")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(of_another)
    receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
    url = receiver.url.replace("http://", "https://")

    wrong_name = send(url, tls=ssl.create_default_context(cafile=its_authority))
    context.load_cert_chain(both)
    unknown = send(url)
    assert wrong_name.error.startswith("certificate-refused: ") and "IP address mismatch" in wrong_name.error
    assert unknown.error.startswith("certificate-refused: ") and "self-signed" in unknown.error
    assert wrong_name.status_code is unknown.status_code is None
    assert receiver.received == []

    proven = send(url, tls=ssl.create_default_context(cafile=authority))
    assert (proven.status_code, len(receiver.received)) == (204, 1)
