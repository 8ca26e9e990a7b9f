"""The product's settings, with the name that `tests.database` gives to the template of a storm's database."""

from payouts_portal.settings import *  # noqa: F403

TEST_TEMPLATE = "payouts_kills"
