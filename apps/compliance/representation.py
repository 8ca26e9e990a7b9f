"""What platforms see of compliance: the questions they are asked, and their own answers."""


def represent_request(request) -> dict:
    """Return the public shape of a question; the review behind it is not part of it."""
    return {
        "id": request.public_id,
        "object": "information_request",
        "status": str(request.status),
        "recipient": request.recipient.public_id,
        "question": request.question,
        "due_at": request.due_at.isoformat(),
        "asked_at": request.asked_at.isoformat(),
        "answer": request.answer or None,
        "ended_at": request.ended_at.isoformat() if request.ended_at else None,
    }
