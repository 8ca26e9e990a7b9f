"""Schemas of answers, one module per subject; `ALL` is what the API's description calls each of them."""

from apps.api.v1.answers import recipients

ALL = recipients.SCHEMAS
