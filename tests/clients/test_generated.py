"""The generated part of the clients is that of this very API, as the generators made it."""

import json

from payouts_client import Portal, models

from clients import generate
from tests.api.description import described


def test_clients_are_neither_stale_nor_changed_by_hand():
    """`make clients` makes them anew."""
    assert generate.record() == json.loads(generate.RECORD.read_text(encoding="utf-8")), "run `make clients`"


def test_a_change_of_the_description_makes_them_stale(monkeypatch):
    kept, source = generate.record(), generate.source()
    monkeypatch.setattr(generate, "source", lambda: source.replace(b'"reference"', b'"name"', 1))
    assert {name for name, digest in generate.record().items() if digest != kept[name]} == {"from"}


def test_every_operation_can_be_called():
    portal = Portal("key", "http://127.0.0.1/api/v1")
    called = {name for resource in vars(portal).values() for name in dir(resource) if not name.startswith("_")}
    for methods in described()["paths"].values():
        for operation in methods.values():
            name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation["operationId"])
            assert name in called


def test_every_example_of_the_description_is_read_and_written_as_it_is():
    shown = described()["components"]["examples"]
    for name, example in shown.items():
        shape = getattr(models, name.partition(".")[0])
        again = json.dumps(shape.from_dict(example["value"]).to_dict(), sort_keys=True)
        assert again.replace("+00:00", "Z") == json.dumps(example["value"], sort_keys=True).replace("+00:00", "Z"), name
    assert len(shown) > len(described()["paths"]) / 2
