"""The PostgreSQL server that comes with the portal."""


def databases(home, name):
    options = {"ENGINE": "django.db.backends.postgresql", "NAME": name, "HOST": str(home / "run")}
    return {"default": options | {"USER": "payouts_app"}, "owner": options | {"USER": "payouts_owner"}}
