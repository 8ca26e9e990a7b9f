"""The settings, read from an environment as at start."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = "ab" * 32
LIVE = {
    "LIVE": "true",
    "SECRET_KEY": "s" * 64,
    "FIELD_KEYS": f"k1:{KEY}",
    "INDEX_KEY": KEY,
    "DATABASE_URL": "postgresql://portal@database.example/payouts",
}


@pytest.fixture
def read(monkeypatch, tmp_path):
    """A function that returns the product's settings under an environment, over a home of the test's own."""

    def read(**environment):
        monkeypatch.setattr(os, "environ", {"PORTAL_HOME": str(tmp_path)} | environment)
        return runpy.run_path(str(ROOT / "payouts_portal" / "settings.py"))

    return read


@pytest.mark.parametrize(
    ("environment", "refusal"),
    [
        ({"PORT": "80a"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"DEBUG": "perhaps"}, "DEBUG"),
        ({"SWEEP_SECONDS": "0"}, "SWEEP_SECONDS"),
        ({"WORKERS": "0"}, "WORKERS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"WEBHOOK_ALLOWED_NETWORKS": "127.0.0.1/8"}, "has host bits set"),
        ({"INDEX_KEY": "abc"}, "INDEX_KEY must be 64 hexadecimal digits"),
        ({"FIELD_KEYS": KEY}, "FIELD_KEYS must be"),
        ({"FIELD_KEYS": f"k1:{KEY},k1:{KEY}"}, "different id for every key"),
        ({"FIELD_KEYS": "k1:abcd"}, "FIELD_KEYS must be 64 hexadecimal digits"),
        ({"DATABASE_URL": "sqlite:///payouts.db"}, "DATABASE_URL must be postgresql"),
        ({"DATABASE_URL": "postgresql://portal@database.example"}, "DATABASE_URL must be postgresql"),
        (LIVE | {"PORTAL_INSECURE_HTTP": "true"}, "LIVE excludes"),
        (LIVE | {"WEBHOOK_ALLOWED_NETWORKS": "10.0.0.0/8"}, "LIVE excludes WEBHOOK_ALLOWED_NETWORKS"),
        (LIVE | {"SECRET_KEY": ""}, "LIVE needs SECRET_KEY, FIELD_KEYS, INDEX_KEY"),
        (LIVE | {"DATABASE_URL": ""}, "LIVE needs DATABASE_URL"),
    ],
)
def test_odd_value_is_refused(read, environment, refusal):
    with pytest.raises((ImproperlyConfigured, EnvError, ValueError), match=refusal):
        read(**environment)


def test_secrets_are_drawn_once_for_the_owner_alone(read, tmp_path):
    names = ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY")
    first, second, elsewhere = read(), read(), read(PORTAL_HOME=str(tmp_path / "other"))
    assert [second[name] for name in names] == [first[name] for name in names]
    assert all(elsewhere[name] != first[name] for name in names)
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_agree_on_secrets(tmp_path):
    code = "from payouts_portal import settings as s; print(s.SECRET_KEY, s.INDEX_KEY)"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PORTAL_HOME": str(tmp_path)},
            stdout=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    assert len({process.communicate()[0] for process in processes}) == 1


def test_live_settings_are_accepted(read, tmp_path):
    settings = read(**LIVE)
    assert (settings["LIVE"], settings["EMBEDDED"]) == (True, False)
    assert settings["SESSION_COOKIE_NAME"] == "__Host-session"
    assert not (tmp_path / "secrets.env").exists()


def test_product_never_works_as_the_owner(read):
    databases = read(**LIVE | {"DATABASE_OWNER_URL": "postgresql://owner@database.example/payouts"})["DATABASES"]
    assert "-c role=payouts_app" in databases["default"]["OPTIONS"]["options"]
    assert (databases["default"]["USER"], databases["owner"]["USER"]) == ("portal", "owner")
