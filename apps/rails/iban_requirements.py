"""What must be known about a recipient's account, as JSON Schema 2020-12."""

REQUIREMENTS = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Account with an IBAN",
    "type": "object",
    "required": ["holder_name", "iban"],
    "additionalProperties": False,
    "properties": {
        "holder_name": {
            "type": "string",
            "title": "Name of the account holder",
            "description": "As the bank knows it. Letters outside the SEPA character set are written in Latin letters.",
            "minLength": 1,
            "maxLength": 70,
        },
        "iban": {
            "type": "string",
            "title": "IBAN",
            "description": "Check digits, length and form are verified for the country.",
            "pattern": "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$",
        },
        "bic": {
            "type": ["string", "null"],
            "title": "BIC",
            "description": "Not needed: banks find it by the IBAN.",
            "pattern": "^[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$",
        },
    },
}
