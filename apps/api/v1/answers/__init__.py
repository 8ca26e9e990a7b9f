"""Schemas of answers, one module per subject; `ALL` is what the API's description calls each of them."""

from apps.api.v1.answers import evidence, keys, money, rails, recipients

ALL = evidence.SCHEMAS | keys.SCHEMAS | money.SCHEMAS | rails.SCHEMAS | recipients.SCHEMAS
