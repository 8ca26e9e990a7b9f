"""
The versions of the API there are, oldest first. What each changed stands in `apps/api/versions.py`.

A key is made for the newest one and stays with it until a request names another.
"""

VERSIONS = ("2026-11-01", "2026-11-30")
NEWEST = VERSIONS[-1]
