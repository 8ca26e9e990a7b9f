"""The portal's API as these commands use it, with the standard library alone."""

import json
import urllib.error
import urllib.parse
import urllib.request
import uuid

TIMEOUT_SECONDS = 30


class Refused(Exception):
    """The portal answered with a problem; `status` and `problem` are its own."""

    def __init__(self, status: int, problem: dict):
        self.status, self.problem = status, problem
        faults = "".join(
            f"\n  {fault.get('pointer') or fault.get('parameter') or ''} {fault['detail']}"
            for fault in problem.get("errors", ())
        )
        super().__init__(f"{status} {problem.get('detail') or problem.get('title', '')}{faults}")


class Unreachable(Exception):
    """There was no answer that could be read."""


class Portal:
    """One platform's access. `api` ends in ``/api/v1``; `key` goes into the header and is shown nowhere."""

    def __init__(self, api: str, key: str):
        self.api, self._key = api.rstrip("/"), key

    def get(self, path: str, **query) -> dict:
        """
        :raises Refused: if the portal answers with a problem.
        :raises Unreachable: if it does not answer.
        """
        wanted = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
        return self._call("GET", f"{path}?{wanted}" if wanted else path)

    def post(self, path: str, body: dict | None = None) -> dict:
        """
        :raises Refused: if the portal answers with a problem.
        :raises Unreachable: if it does not answer.
        """
        return self._call("POST", path, {} if body is None else body)

    def events(self, after: str | None = None):
        """Yield the events that came after one, the oldest first, and end when there are no more."""
        while True:
            page = self.get("/events", after=after, limit=100)
            yield from page["data"]
            if not page["has_more"]:
                return
            after = page["data"][-1]["id"]

    def _call(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self._key}", "User-Agent": "payouts-cli/0.1"}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers |= {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        request = urllib.request.Request(self.api + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, _problem(error)) from None
        except (OSError, ValueError) as error:
            raise Unreachable(f"{self.api} does not answer: {error}") from None


def _problem(error) -> dict:
    try:
        found = json.load(error)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"title": error.reason}
