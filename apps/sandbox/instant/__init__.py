"""
The simulated bank's API for instant payments: a process of its own, with a durable memory of its own.

What the bank has done stands in its log and nowhere else. The answer to the customer comes after it and may get lost.
"""
