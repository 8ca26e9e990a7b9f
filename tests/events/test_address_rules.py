"""
The 28 rules of where webhooks go and what comes back, F1 to F28, each with what holds it.

Rules about how an address is written are a table here: each address is refused with `url-not-allowed` when it is
configured, and not connected to when it is sent to. Of the other rules the table names the tests.
"""

import datetime
import json
import ssl

import pytest

from apps.core.permissions import SYSTEM
from apps.events.models import Delivery, Endpoint
from apps.events.operations import CannotSaveEndpoint, create_endpoint
from tests import factories
from tests.api.conftest import ApiClient
from tests.events import test_deliver, test_egress, test_endpoints
from tests.events.conftest import dispatch, endpoint_of, happen, platform, status
from tests.events.test_egress import listener, names, public_only, self_signed, send  # noqa: F401  They are fixtures.

WRITTEN = {
    "F1 plain http": ["http://hooks.example.com/", "HTTP://hooks.example.com/"],
    "F2 other schemes": ["file:///etc/passwd", "ftp://h.example.com/", "gopher://h.example.com/", "data:text/plain,x",
                         "javascript:alert(1)"],
    "F3 users": ["https://user:pass@hooks.example.com/", "https://user@hooks.example.com/", "https://@hooks.example.com/"],
    "F4 fragments and ports": ["https://hooks.example.com/#x", "https://hooks.example.com:22/",
                               "https://hooks.example.com:{port}/", "https://hooks.example.com:8080/"],
    "F5 this machine": ["https://127.0.0.1:{port}/", "https://localhost:{port}/", "https://localhost.:{port}/"],
    "F6 this machine in IPv6": ["https://[::1]:{port}/", "https://[::ffff:127.0.0.1]:{port}/"],
    "F7 numbers in disguise": ["https://2130706433:{port}/", "https://0x7f000001:{port}/", "https://017700000001:{port}/",
                               "https://127.1:{port}/", "https://0:{port}/", "https://0177.0.0.1:{port}/"],
    "F8 other digits and dots": ["https://①②⑦.0.0.1:{port}/", "https://127。0。0。1:{port}/"],
    "F9 metadata of clouds": ["https://169.254.169.254/", "https://[fd00:ec2::254]/", "https://metadata.google.internal/"],
    "F10 private networks": ["https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.0.1/", "https://100.64.0.1/",
                             "https://[fc00::1]/", "https://[fe80::1%25eth0]/"],
    "F11 wrapped and reserved": ["https://[64:ff9b::7f00:1]/", "https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b:1::1]/",
                                 "https://[2002:7f00:1::]/", "https://[2001:0:7f00:1::]/", "https://[::127.0.0.1]/",
                                 "https://[fec0::1]/", "https://224.0.0.1/", "https://[ff02::1]/", "https://240.0.0.1/",
                                 "https://192.0.0.8/", "https://192.88.99.1/", "https://[5f00::1]/", "https://[3fff::1]/"],
    "F17 the portal itself": ["https://portal.example.org/", "https://PORTAL.example.org/admin/",
                              "https://pay.example.net/", "https://example.net/"],
    "F18 tricks of writing": ["https://hooks.example.com\\@127.0.0.1:{port}/", "https://a.example.com@127.0.0.1:{port}/",
                              "https://127.0.0.1:{port}\t/", "https://127.0.\n0.1:{port}/"],
    "F19 names": ["https://xn--pypal-4ve.com/", f"https://hooks.example.com/{'a' * 2048}",
                  f"https://{'.'.join(['a' * 60] * 5)}.com/", "https://hooks.example.com./", "https://hooks..example.com/",
                  "https://xn--a\u00e4.example.com/", "https://xn--99999999999.example.com/"],
}  # fmt: skip

HELD_BY = {
    "F12": [test_egress.test_name_with_a_private_address_is_refused_when_configured],
    "F13": [test_egress.test_name_with_a_private_address_is_refused_when_configured],
    "F14": [
        test_egress.test_name_that_resolves_differently_when_sent_is_not_connected_to,
        test_egress.test_socket_gate_holds_even_where_the_form_of_the_address_was_not_judged,
    ],
    "F15": [test_deliver.test_redirect_is_a_failure_and_not_followed],
    "F16": [
        test_deliver.test_endless_answer_is_cut_and_a_packed_one_not_unpacked,
        test_deliver.test_answer_that_drips_is_given_up,
    ],
    "F20": [test_egress.test_receiver_has_to_prove_its_name],
    "F21": [
        test_deliver.test_endpoint_that_is_gone_is_disabled_and_the_rest_abandoned,
        test_deliver.test_retry_after_is_honored_up_to_a_day,
    ],
    "F23": [test_endpoints.test_every_fault_is_named],
    "F24": [test_endpoints.test_partner_has_at_most_twenty_endpoints],
    "F26": [test_egress.test_proxies_of_the_environment_are_not_used],
    "F27": [test_endpoints.test_what_is_anothers_is_not_there],
    "F28": [test_deliver.test_former_address_is_not_called_again_for_retries],
}
"""Rules that are held by tests elsewhere; F20, F22 and F25 have one below."""


def test_every_rule_is_held():
    below = {
        "F20": test_a_certificate_that_has_ended_is_a_failure,
        "F22": test_nobody_brings_a_secret_of_their_own,
        "F25": test_what_a_receiver_says_stays_on_one_line,
    }
    rules = {rule.split()[0] for rule in WRITTEN} | HELD_BY.keys() | below.keys()
    assert rules == {f"F{number}" for number in range(1, 29)}


@pytest.mark.django_db
@pytest.mark.usefixtures("public_only")
@pytest.mark.parametrize("rule", WRITTEN)
def test_what_is_written_so_is_refused_and_never_connected_to(rule, listener, names, settings):  # noqa: F811
    settings.ALLOWED_HOSTS = ["portal.example.org", ".example.net"]
    partner = platform()
    for url in (one.format(port=listener.port) for one in WRITTEN[rule]):
        with pytest.raises(CannotSaveEndpoint) as refused:
            create_endpoint(partner.pk, url, ["*"], by=SYSTEM)
        assert [(fault.pointer, fault.code) for fault in refused.value.errors] == [("/url", "url-not-allowed")], url
        answer = send(url)
        assert (answer.status_code, answer.error[:15]) == (None, "url-not-allowed"), url
    assert (listener.hits, Endpoint.objects.count()) == (0, 0)


@pytest.mark.usefixtures("public_only")
@pytest.mark.parametrize("name", ["xn--bcher-kva.example", "xn--80ak6aa92e.com", "xn--wgv71a119e.jp", "pay-xn--a.com"])
def test_names_in_one_alphabet_are_let_through(name):
    test_egress.check_url(f"https://{name}/")


def test_a_certificate_that_has_ended_is_a_failure(receiver, tmp_path):
    yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    both, authority = self_signed(tmp_path, ends=yesterday)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
    answer = send(receiver.url.replace("http://", "https://"), tls=ssl.create_default_context(cafile=authority))
    assert answer.status_code is None and "expired" in answer.error
    assert receiver.received == []


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["whsec_c2hvcnQ=", "x" * 64])
def test_nobody_brings_a_secret_of_their_own(secret):
    client = ApiClient(factories.key_of(factories.partner())[1])
    body = {"url": "http://127.0.0.1:9/", "event_types": ["*"], "secret": secret}
    answer = client.create("/webhook-endpoints", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/secret")
    assert Endpoint.objects.count() == 0


@pytest.mark.slow  # commits
@pytest.mark.usefixtures("committed_db")
def test_what_a_receiver_says_stays_on_one_line(receiver, caplog):
    partner = platform()
    endpoint_of(partner, receiver)

    def forged(handler):
        handler.wfile.write(b"HTTP/1.1 500 Bad\x1b[31m\x0b thing\r\nX-A: b\rlevel=CRITICAL forged\r\n\r\n")
        handler.close_connection = True

    receiver.answers = [forged, status(500, [("X-Note", "a b")])]
    happen(partner, "po_a", "po_b")
    dispatch()
    said = list(Delivery.objects.values_list("last_error", flat=True))
    assert len(said) == 2 and all(text and text.isprintable() for text in said), json.dumps(said)
    assert not any("forged" in record.getMessage() and "\n" in record.getMessage() for record in caplog.records)
