from apps.events.operations.endpoints import (
    CannotChangeEndpoint,
    CannotSaveEndpoint,
    create_endpoint,
    disable_endpoint,
    disable_if_silent,
    enable_endpoint,
    ping_endpoint,
    rotate_secret,
    send_heartbeats,
    update_endpoint,
)
from apps.events.operations.recording import Fact, record
from apps.events.operations.refusing import door, forget_counts, record_reading, record_refusals
from apps.events.operations.resending import MOST_EVENTS, CannotResend, EventRange, Resent, resend, resend_range

__all__ = [
    "MOST_EVENTS",
    "CannotChangeEndpoint",
    "CannotResend",
    "CannotSaveEndpoint",
    "EventRange",
    "Fact",
    "Resent",
    "create_endpoint",
    "disable_endpoint",
    "disable_if_silent",
    "door",
    "enable_endpoint",
    "ping_endpoint",
    "forget_counts",
    "record",
    "record_reading",
    "record_refusals",
    "resend",
    "resend_range",
    "rotate_secret",
    "send_heartbeats",
    "update_endpoint",
]
