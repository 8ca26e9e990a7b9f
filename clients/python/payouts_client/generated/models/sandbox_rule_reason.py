from typing import Literal, cast

SandboxRuleReason = Literal[
    "AB05",
    "AC01",
    "AC04",
    "AC06",
    "AG01",
    "AG03",
    "AM02",
    "AM04",
    "AM05",
    "BE04",
    "CNOR",
    "FRAD",
    "MD07",
    "MS03",
    "RC01",
    "RR01",
    "RR03",
    "RR04",
    "TM01",
]


def check_sandbox_rule_reason(value: str) -> SandboxRuleReason:
    """Take any word: a portal newer than this client may know more of them."""
    return cast(SandboxRuleReason, value)
