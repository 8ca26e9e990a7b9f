"""One person's visit to the admin: opens pages, presses buttons, counts what a page asks of the database."""

from html import unescape

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


class Visitor:
    def __init__(self, person):
        self.client = Client()
        self.client.force_login(person)

    def open(self, address, expect=200) -> str:
        """Return the page's text."""
        answer = self.client.get(address)
        assert answer.status_code == expect, f"{address}: {answer.status_code}"
        return unescape(answer.content.decode())

    def press(self, address, expect=200, **fields) -> str:
        """Post a form and return the text of the page it leads to."""
        answer = self.client.post(address, fields, follow=True)
        assert answer.status_code == expect, f"{address}: {answer.status_code}"
        return unescape(answer.content.decode())

    def count_queries(self, address) -> int:
        with CaptureQueriesContext(connection) as queries:
            self.open(address)
        return len(queries)
