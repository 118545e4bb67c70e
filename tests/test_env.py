"""A wrong setting stops the start with one sentence that names it; what is not set has a safe default."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from annotator.env import SHORTEST_SECRET, BadSetting, Env, read

ROOT = Path(__file__).resolve().parent.parent
VARIABLES = [
    "DEBUG", "PORT", "DATA_DIR", "DATABASE_URL", "PUBLIC_URL", "SECRET_KEY", "EMAIL_URL",
    "ANNOTATOR_ADMIN_PASSWORD", "WEB_WORKERS", "WEB_THREADS", "TRUSTED_PROXIES", "OPEN_SIGN_UP",
]  # fmt: skip


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Read an environment that holds nothing but what is given."""

    def start(**given: str) -> Env:
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return read(base=tmp_path)

    return start


def test_with_nothing_set_the_defaults_are_safe(start, tmp_path):
    env = start()

    assert (env.debug, env.port, env.data_dir) == (False, 8000, tmp_path / "var")
    assert env.database == {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "var" / "annotator.sqlite3"),
    }
    assert (env.public_url, env.host, env.is_https) == ("http://127.0.0.1:8000", "127.0.0.1", False)
    assert (env.email, env.admin_password, env.workers, env.threads) == (None, None, 2, 16)
    assert env.is_postgres is False
    assert (env.trusted_proxies, env.open_sign_up, env.has_passkeys) == (0, False, False)


def test_an_empty_variable_counts_as_not_set(start):
    empty = start(**dict.fromkeys(VARIABLES, ""))

    assert empty == start(**{name: " " for name in VARIABLES if name != "ANNOTATOR_ADMIN_PASSWORD"})
    assert empty == start()


def test_the_public_address_follows_the_port(start):
    assert start(PORT="9123").public_url == "http://127.0.0.1:9123"


BAD = [
    ("PORT", "http"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "80.5"),
    ("DEBUG", "perhaps"),
    ("WEB_WORKERS", "0"),
    ("WEB_WORKERS", "many"),
    ("WEB_THREADS", "1"),
    ("WEB_THREADS", "1000"),
    ("TRUSTED_PROXIES", "-1"),
    ("TRUSTED_PROXIES", "6"),
    ("TRUSTED_PROXIES", "all"),
    ("OPEN_SIGN_UP", "perhaps"),
    ("DATABASE_URL", "mysql://user@host/name"),
    ("DATABASE_URL", "sqlite:///file.sqlite3"),
    ("DATABASE_URL", "postgres://user@host:5432/"),
    ("DATABASE_URL", "postgres://user@host:port/name"),
    ("DATABASE_URL", "nonsense"),
    ("PUBLIC_URL", "annotator.example.org"),
    ("PUBLIC_URL", "ftp://annotator.example.org"),
    ("PUBLIC_URL", "https://"),
    ("PUBLIC_URL", "https://*"),
    ("PUBLIC_URL", "https://*.example.org"),
    ("PUBLIC_URL", "https://example.org/annotator"),
    ("PUBLIC_URL", "https://example.org/?q"),
    ("PUBLIC_URL", "https://example.org/#top"),
    ("PUBLIC_URL", "https://user@example.org"),
    ("PUBLIC_URL", "https://exa mple.org"),
    ("PUBLIC_URL", "https://exämple.org"),
    ("PUBLIC_URL", "https://my_host"),
    ("PUBLIC_URL", "https://@example.org"),
    ("PUBLIC_URL", "https://example.org:port"),
    ("PUBLIC_URL", "https://example.org:99999"),
    ("PUBLIC_URL", "https://[::1"),
    ("PUBLIC_URL", "https://example.org,evil.org"),
    ("SECRET_KEY", "x" * (SHORTEST_SECRET - 1)),
    ("EMAIL_URL", "mail.example.org"),
    ("EMAIL_URL", "http://mail.example.org"),
    ("EMAIL_URL", "smtp://host:port"),
    ("EMAIL_URL", "smtp+tls://host:587"),  # the library takes it, and then sends the password unencrypted
    ("EMAIL_URL", "submission://"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_setting_gives_one_sentence_that_names_it(start, name, value):
    with pytest.raises(BadSetting) as wrong:
        start(**{name: value})

    said = str(wrong.value)
    assert said.startswith(f"{name} must ")
    assert said.endswith(".")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("given", "address", "host", "is_https"),
    [
        ("https://annotator.example.org", "https://annotator.example.org", "annotator.example.org", True),
        ("https://annotator.example.org/", "https://annotator.example.org", "annotator.example.org", True),
        ("HTTPS://Annotator.Example.ORG", "https://annotator.example.org", "annotator.example.org", True),
        ("https://example.org:443", "https://example.org", "example.org", True),
        ("https://example.org:8443", "https://example.org:8443", "example.org", True),
        ("http://example.org:80", "http://example.org", "example.org", False),
        ("http://localhost:8000", "http://localhost:8000", "localhost", False),
        ("http://192.0.2.7:8000", "http://192.0.2.7:8000", "192.0.2.7", False),
        ("http://[::1]:8000", "http://[::1]:8000", "[::1]", False),
        ("http://[2001:DB8::7]", "http://[2001:db8::7]", "[2001:db8::7]", False),
        ("https://xn--exmple-cua.org", "https://xn--exmple-cua.org", "xn--exmple-cua.org", True),
    ],
)
def test_the_public_address_is_written_as_browsers_write_it(start, given, address, host, is_https):
    env = start(PUBLIC_URL=given)

    assert (env.public_url, env.host, env.is_https) == (address, host, is_https)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_comes_by_one_variable(start, scheme):
    env = start(DATABASE_URL=f"{scheme}://rosa:se%2Fcret@db.example.org:5433/claims?sslmode=require")

    assert env.is_postgres
    known = {name: env.database[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    assert known == {
        "NAME": "claims",
        "USER": "rosa",
        "PASSWORD": "se/cret",
        "HOST": "db.example.org",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "require"},
    }


def test_mail_is_read_into_the_settings_of_django(start):
    email = start(EMAIL_URL="submission://rosa:se%2Fcret@mail.example.org:587").email

    names = (
        "EMAIL_HOST",
        "EMAIL_PORT",
        "EMAIL_HOST_USER",
        "EMAIL_HOST_PASSWORD",
        "EMAIL_USE_TLS",
        "EMAIL_TIMEOUT",
    )
    assert [email[name] for name in names] == ["mail.example.org", 587, "rosa", "se/cret", True, 20]


def test_a_password_may_have_spaces_around_it_but_no_line_end(start):
    assert start(ANNOTATOR_ADMIN_PASSWORD=" two words \n").admin_password == " two words "


# --- The folder and its secret ---


def test_the_folder_is_open_to_this_account_alone(start, tmp_path):
    start(DATA_DIR="deep/below")

    assert stat.S_IMODE((tmp_path / "deep/below").stat().st_mode) == 0o700


def test_a_file_is_no_folder(start, tmp_path):
    (tmp_path / "taken").write_text("")

    with pytest.raises(BadSetting, match=r"^DATA_DIR must be a folder this program can make: .+\.$"):
        start(DATA_DIR="taken")


def test_the_secret_is_made_once_and_for_this_account_alone(start, tmp_path):
    first, second = start(), start()

    path = tmp_path / "var" / "secret_key"
    assert first.secret_key == second.secret_key == path.read_text()
    assert len(first.secret_key) >= SHORTEST_SECRET
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def test_two_folders_have_two_secrets(start):
    assert start(DATA_DIR="one").secret_key != start(DATA_DIR="two").secret_key


@pytest.mark.parametrize(
    ("address", "given", "believed"),
    [
        ("http://annotator.example.org", {}, 0),
        ("https://annotator.example.org", {}, 1),
        ("https://annotator.example.org", {"TRUSTED_PROXIES": "0"}, 0),
        ("http://127.0.0.1:8000", {"TRUSTED_PROXIES": "5"}, 5),
    ],
)
def test_one_proxy_is_believed_where_there_has_to_be_one(start, address, given, believed):
    assert start(PUBLIC_URL=address, **given).trusted_proxies == believed


@pytest.mark.parametrize(
    ("address", "has_them"),
    [
        ("https://annotator.example.org", True),
        ("http://localhost:8000", True),
        ("http://annotator.example.org", False),  # browsers make them on safe pages only
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.7", False),
        ("https://[2001:db8::1]", False),
    ],
)
def test_passkeys_need_a_name_and_a_safe_way(start, address, has_them):
    assert start(PUBLIC_URL=address).has_passkeys is has_them


def test_sign_up_is_open_when_it_is_said(start):
    assert start(OPEN_SIGN_UP="true").open_sign_up is True


def test_a_secret_from_outside_goes_first_and_is_not_written_down(start, tmp_path):
    assert start(SECRET_KEY="s" * SHORTEST_SECRET).secret_key == "s" * SHORTEST_SECRET
    assert list((tmp_path / "var").iterdir()) == []


@pytest.mark.parametrize("found", ["", "short"])
def test_a_damaged_secret_is_not_used(start, tmp_path, found):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret_key").write_text(found)

    with pytest.raises(BadSetting, match=r"^DATA_DIR holds a secret_key file shorter than 50 characters"):
        start()


def test_what_a_crash_left_behind_does_not_stop_the_next_start(start, tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / f"secret_key.{os.getpid()}").write_text("half")

    assert len(start().secret_key) >= SHORTEST_SECRET


def test_programs_that_start_at_once_agree_on_the_secret(start, tmp_path):
    def one(n: int) -> str:
        return start_elsewhere(tmp_path, "print(env.secret_key)").stdout

    with ThreadPoolExecutor(4) as pool:
        secrets = set(pool.map(one, range(4)))

    assert secrets == {(tmp_path / "var" / "secret_key").read_text() + "\n"}
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["secret_key"]


def start_elsewhere(folder: Path, then: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Read the environment in a program of its own."""
    known = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    imports = "from pathlib import Path\nfrom annotator.env import read"
    code = f"{imports}\nenv = read(base=Path({str(folder)!r}))\n{then}"
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env={**known, **given},
        capture_output=True,
        text=True,
        check=True,
    )


def test_the_program_ends_with_the_sentence_alone(tmp_path):
    known = {name: value for name, value in os.environ.items() if name not in VARIABLES}

    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "check"],
        cwd=ROOT,
        env={**known, "DATA_DIR": str(tmp_path), "PORT": "http"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode != 0
    assert ended.stderr == "annotator cannot start: PORT must be a whole number from 1 to 65535.\n"


def test_this_file_knows_every_variable():
    source = (ROOT / "annotator/env.py").read_text("utf-8")
    words_of_django = {"ENGINE", "NAME", "EMAIL_HOST", "EMAIL_TIMEOUT"}

    assert set(re.findall(r'"([A-Z]{2,}(?:_[A-Z]+)*)"', source)) - words_of_django == set(VARIABLES)


def test_the_readme_lists_every_variable():
    readme = (ROOT / "README.md").read_text("utf-8")

    assert [name for name in VARIABLES if f"`{name}`" not in readme] == []
