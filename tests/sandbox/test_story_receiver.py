import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from apps.sandbox.story.receiver import Inbox, why_not_genuine

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"id":"evt_1","type":"payout.created","sequence":1,"subject":"po_1","data":{}}'


def headers(*, at=None, body=BODY, secret=SECRET):
    at = at or datetime.now(UTC)
    signature = Webhook(secret).sign("evt_1", at, body.decode())
    return {"webhook-id": "evt_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def test_messages_signed_by_the_reference_library_are_genuine():
    assert why_not_genuine(headers(), BODY, [SECRET], now=time.time()) == ""
    assert why_not_genuine(headers(), BODY, ["whsec_b3RoZXI=", SECRET], now=time.time()) == ""


@pytest.mark.parametrize(
    ("sent", "body", "reason"),
    [
        (lambda: headers(), BODY + b" ", "no signature fits"),
        (lambda: headers(secret="whsec_b3RoZXI="), BODY, "no signature fits"),
        (lambda: headers(at=datetime.now(UTC) - timedelta(minutes=10)), BODY, "the timestamp is too old"),
        (dict, BODY, "headers are missing"),
    ],
)
def test_others_are_not(sent, body, reason):
    assert why_not_genuine(sent(), body, [SECRET], now=time.time()) == reason


def test_a_repeated_message_is_kept_once(tmp_path):
    inbox = Inbox(tmp_path / "received.sqlite")
    for sequence in (1, 2, 2, 3):
        inbox.keep(f"evt_{sequence}", {"id": f"evt_{sequence}", "subject": "po_1", "sequence": sequence, "type": "t"})
    again = Inbox(tmp_path / "received.sqlite")
    assert [event["sequence"] for event in again.events()] == [1, 2, 3]
    assert again.repeated() == 1


def test_the_receiver_answers_and_keeps(tmp_path):
    from http.server import ThreadingHTTPServer

    from apps.sandbox.story.receiver import receiver_of

    (tmp_path / "secret").write_text(SECRET)
    inbox = Inbox(tmp_path / "received.sqlite")
    server = ThreadingHTTPServer(("127.0.0.1", 0), receiver_of(inbox, tmp_path / "secret"))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/hooks"
        assert urllib.request.urlopen(urllib.request.Request(url, BODY, headers())).status == 204
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(url, BODY + b"x", headers()))
        assert refused.value.code == 401
    finally:
        server.shutdown()
    assert [event["id"] for event in inbox.events()] == ["evt_1"]
    assert inbox.refused_since("2026-01-01T00:00:00+00:00") == ["no signature fits"]
