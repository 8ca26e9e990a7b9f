from apps.events.operations.recording import Fact, record

__all__ = ["Fact", "record"]
