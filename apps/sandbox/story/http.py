"""Speaking HTTP with patience: whatever process is being restarted, the request is made again."""

import http.client
import json
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar

from apps.sandbox.story.telling import PATIENCE_SECONDS, Broken

_AGAIN = {409, 429, 500, 502, 503, 504}
_TIMEOUT_SECONDS = 30


class Answer:
    """What a server answered: status, body, and the address the body is from."""

    def __init__(self, status, body, address, headers):
        self.status = status
        self.body = body
        self.address = address
        self.headers = headers

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


class Connection:
    """One client of the portal, with its cookies."""

    def __init__(self, base):
        self.base = base
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def request(self, method, address, *, body=None, headers=None, again=frozenset(_AGAIN)) -> Answer:
        """
        Make a request; lost connections and the statuses in `again` are tried anew until patience ends.

        :raises Broken: if there is no answer by then.
        """
        url = address if address.startswith("http") else self.base + address
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer, trouble = self._try(method, url, body, headers or {})
            if answer is not None and answer.status not in again:
                return answer
            if time.monotonic() > deadline:
                said = f"{answer.status}: {answer.text[:500]}" if answer is not None else trouble
                raise Broken(f"{method} {address} was not answered: {said}")
            time.sleep(0.3)

    def _try(self, method, url, body, headers):
        request = urllib.request.Request(url, data=body, headers=headers, method=method)  # noqa: S310 - http, this host
        try:
            try:
                with self._opener.open(request, timeout=_TIMEOUT_SECONDS) as response:
                    return Answer(response.status, response.read(), response.url, response.headers), ""
            except urllib.error.HTTPError as error:
                return Answer(error.code, error.read(), error.url, error.headers), ""
        except (OSError, http.client.HTTPException) as trouble:
            return None, repr(trouble)
