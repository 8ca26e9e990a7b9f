"""Fields that hold others: objects, arrays, and either of both; and `read`, which reads a whole document."""

from apps.core.errors import Fault, Invalid
from apps.core.money import InvalidAmount, parse_amount
from apps.core.shapes.faults import NAME, below, fault, wrong_type
from apps.core.shapes.fields import AMOUNT_PATTERN, Field
from apps.core.text import InvalidText, check_text


class Metadata(Field):
    """A flat object of the platform's own names and strings."""

    MAX_KEYS = 50
    MAX_KEY_LENGTH = 40
    MAX_VALUE_LENGTH = 500

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, dict):
            return wrong_type(faults, pointer, "object")
        if len(value) > self.MAX_KEYS:
            return fault(faults, pointer, "too-many-members", f"At most {self.MAX_KEYS} members.")
        clean = {}
        for name, text in value.items():
            at = below(pointer, name)
            if not NAME.fullmatch(name):
                fault(faults, at, "member-name", "Names have 1 to 40 ASCII letters, digits, '_', '.' or '-'.")
            elif not isinstance(text, str):
                wrong_type(faults, at, "string")
            else:
                try:
                    clean[name] = check_text(text, max_length=self.MAX_VALUE_LENGTH, blank=True)
                except InvalidText as error:
                    fault(faults, at, error.code, error.detail)
        return clean

    def shape(self):
        return {
            "type": "object",
            "maxProperties": self.MAX_KEYS,
            "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_.-]{0,39}$"},
            "additionalProperties": {"type": "string"},
        }


class Totals(Field):
    """Sums of money per currency, `{"EUR": "1250.00"}`; read as integer minor units."""

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, dict):
            return wrong_type(faults, pointer, "object")
        clean = {}
        for currency, text in value.items():
            at = below(pointer, currency)
            try:
                clean[currency] = parse_amount(text, currency)
            except InvalidAmount as error:
                fault(faults, at, error.code, error.detail)
        return clean

    def shape(self):
        return {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Z]{3}$"},
            "additionalProperties": {"type": "string", "pattern": AMOUNT_PATTERN},
            "minProperties": 1,
        }


class ListOf(Field):
    """An array of one kind of value."""

    def __init__(self, item, help_text="", *, min_items=1, max_items, unique=False, **options):
        super().__init__(help_text, **options)
        self.item, self.min_items, self.max_items, self.unique = item, min_items, max_items, unique

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, list):
            return wrong_type(faults, pointer, "array")
        if not self.min_items <= len(value) <= self.max_items:
            return fault(faults, pointer, "item-count", f"From {self.min_items} to {self.max_items} items.")
        if self.unique and len({repr(item) for item in value}) != len(value):
            return fault(faults, pointer, "repeated-item", "Every item once.")
        return [self.item.read(item, f"{pointer}/{position}", faults, whole) for position, item in enumerate(value)]

    def shape(self):
        unique = {"uniqueItems": True} if self.unique else {}
        items = {"items": self.item.schema(), "minItems": self.min_items, "maxItems": self.max_items}
        return {"type": "array", **items, **unique}


class Object(Field):
    """An object whose shape is named, so that the API's description shows it once."""

    def __init__(self, shape_name, help_text="", *, required=True, default=None, example=None, **members):
        super().__init__(help_text, required=required, default=default, example=example)
        self.name = shape_name
        self.members = members
        self.defaults = {name: field.default for name, field in members.items() if not field.required}

    def read(self, value, pointer, faults, whole):
        if not isinstance(value, dict):
            return wrong_type(faults, pointer, "object")
        members = self.members
        for name in value.keys() - members.keys():
            fault(faults, below(pointer, name), "unknown-field", "There is no such member here.")
        whole = {**self.defaults, **value}
        clean = {}
        for name, field in members.items():
            if name in value:
                clean[name] = field.read(value[name], f"{pointer}/{name}", faults, whole)
            elif field.required:
                fault(faults, f"{pointer}/{name}", "required", "This member is needed.")
            else:
                clean[name] = field.default
        return clean

    def shape(self):
        return {"$ref": f"#/components/schemas/{self.name}"}

    def definition(self) -> dict:
        """Return the JSON Schema that the name stands for."""
        definition = {
            "type": "object",
            "properties": {name: field.schema() for name, field in self.members.items()},
            "required": [name for name, field in self.members.items() if field.required],
            "additionalProperties": False,
        }
        if not definition["required"]:
            del definition["required"]
        if self.example is not None:
            definition["examples"] = [self.example]
        return definition

    def schema(self):
        return {**self.shape(), **({"description": self.help_text} if self.help_text else {})}

    def referenced(self):
        """Yield this object and every named object inside it."""
        yield self
        for field in self.members.values():
            parts = [field, getattr(field, "item", None), *getattr(field, "options", ())]
            for part in parts:
                if isinstance(part, Object):
                    yield from part.referenced()


ABSENT = object()
"""What an optional member that may be null reads as when it is not there at all."""


class Maybe(Field):
    """An optional member that null takes away; absent, it reads as `ABSENT`."""

    def __init__(self, field):
        super().__init__(field.help_text, required=False, default=ABSENT, example=field.example, title=field.title)
        self.field = field

    def read(self, value, pointer, faults, whole):
        return None if value is None else self.field.read(value, pointer, faults, whole)

    def shape(self):
        shape = self.field.shape()
        return {**shape, "type": [shape["type"], "null"]}


class TextOrObject(Field):
    """Either a string of one kind or an object of another."""

    def __init__(self, text, whole_object, help_text="", **options):
        super().__init__(help_text, **options)
        self.options = (text, whole_object)

    def read(self, value, pointer, faults, whole):
        text, whole_object = self.options
        return (whole_object if isinstance(value, dict) else text).read(value, pointer, faults, whole)

    def shape(self):
        return {"oneOf": [option.schema() for option in self.options]}


def read(shape: Object, document, check=None) -> dict:
    """
    Return the document's members, clean; `check(clean, faults)` may note faults that no single field can see.

    :raises Invalid: naming every fault.
    """
    faults: list[Fault] = []
    clean = shape.read(document, "", faults, document)
    if check:
        check(clean, faults)
    if faults:
        raise Invalid(errors=faults)
    return clean
