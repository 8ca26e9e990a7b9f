"""Schemas of answers, one module per subject; `ALL` is what the API's description calls each of them."""

from apps.api.v1.answers import evidence, keys, money, rails, recipients, sandbox, webhooks

ALL = {
    name: schema
    for module in (evidence, keys, money, rails, recipients, sandbox, webhooks)
    for name, schema in module.SCHEMAS.items()
}
