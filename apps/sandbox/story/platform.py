"""The platform's program: it calls the API with its key, as any integrator's would."""

import json

from apps.sandbox.story.http import Connection
from apps.sandbox.story.telling import Broken


class Platform:
    """A client of `/api/v1/`. Requests that create carry a key, so repeating them is safe."""

    def __init__(self, base, token):
        self._connection = Connection(base)
        self._token = token

    def get(self, path):
        return self._call("GET", path)

    def pages(self, path):
        """Yield the rows of a list, page after page."""
        cursor, mark = None, "&" if "?" in path else "?"
        while True:
            page = self.get(f"{path}{mark}limit=100" + (f"&cursor={cursor}" if cursor else ""))
            yield from page["data"]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def post(self, path, document, *, key):
        """Create something once, however often this is called with the same key."""
        return self._call("POST", path, document, key=key)

    def try_post(self, path, document, *, key=None):
        """Return status and answer of a request that may be refused."""
        answer = self._request("POST", path, document, key, again=frozenset({429, 500, 502, 503, 504}))
        return answer.status, answer.json

    def patch(self, path, document):
        """Change something; saying it twice is saying it once."""
        return self._call("PATCH", path, document)

    def _call(self, method, path, document=None, key=None):
        answer = self._request(method, path, document, key)
        if answer.status >= 300:
            raise Broken(f"{method} {path} answered {answer.status}: {answer.text[:800]}")
        return answer.json

    def _request(self, method, path, document, key, **options):
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        body = None
        if document is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(document).encode()
        return self._connection.request(method, f"/api/v1/{path}", body=body, headers=headers, **options)
