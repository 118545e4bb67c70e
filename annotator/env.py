"""The environment: every value from outside is read and checked here, once, into one frozen record."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from environs import Env as Reader
from environs import EnvError, validate

T = TypeVar("T")

MAIL_SCHEMES = {"submission", "smtp"}  # with STARTTLS, without; any other would be sent in the clear
SHORTEST_SECRET = 50
USUAL_PORTS = {"http": 80, "https": 443}
HOST_NAME = re.compile(r"[a-z0-9.-]+|\[[0-9a-f.:]+\]")  # what Django takes as a Host header


class BadSetting(Exception):
    """A setting that cannot be used; the message names the variable and says what it must be."""


@dataclass(frozen=True)
class Env:
    """What the environment says. Paths are absolute; `database` and `email` are in Django's own words."""

    debug: bool
    port: int
    data_dir: Path
    database: Mapping[str, Any]
    public_url: str
    secret_key: str
    email: Mapping[str, Any] | None
    admin_password: str | None
    workers: int
    threads: int
    trusted_proxies: int
    open_sign_up: bool

    @property
    def host(self) -> str:
        """The name of the public address as a Host header has it: an IPv6 address in brackets, no port."""
        return _host(urlsplit(self.public_url).hostname or "")

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def has_passkeys(self) -> bool:
        """Whether browsers make passkeys for the public address: it has to be a name, and safe on its way."""
        if self.host == "localhost":
            return True
        return self.is_https and not _is_ip(urlsplit(self.public_url).hostname or "")

    @property
    def is_postgres(self) -> bool:
        return str(self.database["ENGINE"]).endswith("postgresql")


def read(*, base: Path) -> Env:
    """Read and check all variables; `base` is the folder that a relative DATA_DIR starts from.

    Makes DATA_DIR and its secret key when they are missing. An empty variable counts as not set.
    Raises BadSetting.
    """
    reader = Reader()
    yes_or_no = "be true or false"
    port = _whole_number(reader, "PORT", 8000, low=1, high=65535)
    data_dir = _data_dir(base, _text("DATA_DIR") or "var")
    public_url = _public_url(_text("PUBLIC_URL") or f"http://127.0.0.1:{port}")
    # With https there is a proxy, on this machine, that ends TLS; without, nobody stands in front.
    proxies = 1 if public_url.startswith("https://") else 0
    return Env(
        debug=_checked(reader.bool, "DEBUG", default=False, must=yes_or_no),
        port=port,
        data_dir=data_dir,
        database=_database(reader, data_dir),
        public_url=public_url,
        secret_key=_secret_key(_text("SECRET_KEY"), data_dir),
        email=_email(reader),
        admin_password=os.environ.get("ANNOTATOR_ADMIN_PASSWORD", "").rstrip("\r\n") or None,
        workers=_whole_number(reader, "WEB_WORKERS", 2, low=1, high=64),
        threads=_whole_number(reader, "WEB_THREADS", 16, low=2, high=256),
        trusted_proxies=_whole_number(reader, "TRUSTED_PROXIES", proxies, low=0, high=5),
        open_sign_up=_checked(reader.bool, "OPEN_SIGN_UP", default=False, must=yes_or_no),
    )


def _text(name: str) -> str:
    return os.environ.get(name, "").strip()


def _checked(parse: Callable[[str], T], name: str, *, default: T, must: str) -> T:
    if not _text(name):
        return default
    try:
        return parse(name)
    except EnvError as wrong:
        raise BadSetting(f"{name} must {must}.") from wrong


def _whole_number(reader: Reader, name: str, default: int, *, low: int, high: int) -> int:
    def parse(name: str) -> int:
        return reader.int(name, validate=validate.Range(min=low, max=high))

    return _checked(parse, name, default=default, must=f"be a whole number from {low} to {high}")


def _data_dir(base: Path, given: str) -> Path:
    folder = (base / Path(given).expanduser()).resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as wrong:
        raise BadSetting(f"DATA_DIR must be a folder this program can make: {wrong.strerror}.") from wrong
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadSetting("DATA_DIR must be a folder this program can write to.")
    return folder


def _database(reader: Reader, data_dir: Path) -> Mapping[str, Any]:
    must = "look like postgres://user:password@host:5432/name"
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(data_dir / "annotator.sqlite3")}
    # dj-database-url's return type is a TypedDict that Django's own settings do not use.
    parsed: Mapping[str, Any] = _checked(reader.dj_db_url, "DATABASE_URL", default=sqlite, must=must)
    if parsed is sqlite:
        return sqlite
    if not str(parsed["ENGINE"]).endswith("postgresql") or not parsed["NAME"]:
        raise BadSetting(f"DATABASE_URL must {must}.")
    return parsed


def _public_url(given: str) -> str:
    must = "PUBLIC_URL must be an address like https://annotator.example.org, without a path."
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError as wrong:
        raise BadSetting(must) from wrong
    host = _host(parts.hostname or "")
    if parts.scheme not in USUAL_PORTS or not HOST_NAME.fullmatch(host):
        raise BadSetting(must)
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadSetting(must)
    # As browsers write an origin, so that it can be compared: small letters, no usual port.
    return f"{parts.scheme}://{host}" + ("" if port in {None, USUAL_PORTS[parts.scheme]} else f":{port}")


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _host(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def _secret_key(given: str, data_dir: Path) -> str:
    if given:
        if len(given) < SHORTEST_SECRET:
            raise BadSetting(f"SECRET_KEY must have at least {SHORTEST_SECRET} random characters.")
        return given
    path = data_dir / "secret_key"
    try:
        return _make_once(path)
    except OSError as wrong:
        raise BadSetting(f"DATA_DIR must let this program keep its secret key: {wrong.strerror}.") from wrong


def _make_once(path: Path) -> str:
    """Return the secret in `path`, made first if need be; of two starts at once, one makes it."""
    fresh = path.with_suffix(f".{secrets.token_hex(8)}")
    if not path.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another start was faster: its key is the key
        finally:
            fresh.unlink()
    secret = path.read_text().strip()
    if len(secret) < SHORTEST_SECRET:
        raise BadSetting(
            f"DATA_DIR holds a secret_key file shorter than {SHORTEST_SECRET} characters: remove it."
        )
    return secret


def _email(reader: Reader) -> Mapping[str, Any] | None:
    given = _text("EMAIL_URL")
    if not given:
        return None
    must = "look like submission://user:password@host:587 (smtp:// sends without encryption)"
    if given.partition("://")[0] not in MAIL_SCHEMES:
        raise BadSetting(f"EMAIL_URL must {must}.")
    parsed: Mapping[str, Any] = _checked(reader.dj_email_url, "EMAIL_URL", default={}, must=must)
    if not parsed["EMAIL_HOST"]:
        raise BadSetting(f"EMAIL_URL must {must}.")
    return {**parsed, "EMAIL_TIMEOUT": 20}
