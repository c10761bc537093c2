"""Settings of one running Roundsman; every one may be set as ``ROUNDSMAN_<NAME>``."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

#: An address of images; nothing in it that could end a directive of the page's policy.
_TILE_URL = (
    r"^https?://[^\s;,'\"]+/[^\s;,'\"]*\{z\}[^\s;,'\"]*\{[xy]\}[^\s;,'\"]*\{[xy]\}[^\s;,'\"]*$"
)


class Settings(BaseSettings):
    """What an operator may choose.  The only secrets are the keys of a geocoding service.

    ``data`` holds the database, the road networks, problem files and cached results.
    ``database_url`` is an SQLAlchemy URL and defaults to SQLite in ``data``.
    ``login_limit`` bounds the attempts to log in as one user, ``address_limit`` those from one
    address.  ``trusted_proxy`` is the address of the proxy whose ``X-Forwarded-For`` is believed.
    ``tile_url`` is a tile server (``https://…/{z}/{x}/{y}.png``) that the pages show instead of the
    own base map, ``tile_attribution`` whose tiles these are.
    ``geocoder`` looks addresses up, with ``geocoder_key`` (and ``geocoder_security_key``, where
    requests are signed), at ``geocoder_url`` where that is a server of one's own, as often as
    ``geocoder_per_second``.
    ``remote_days`` is how long the answers of a road server elsewhere are kept.
    ``secure_cookie`` marks the session cookie ``Secure``; by default everywhere but on loopback.
    """

    model_config = SettingsConfigDict(env_prefix="ROUNDSMAN_", extra="ignore")

    data: Path = Path("roundsman-data")
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    session_days: float = Field(default=30.0, gt=0)
    one_time_hours: float = Field(default=24.0, gt=0)
    login_limit: str = "10/minute"
    address_limit: str = "60/minute"
    trusted_proxy: str | None = None
    secure_cookie: bool | None = None
    tile_url: str | None = Field(default=None, pattern=_TILE_URL)
    tile_attribution: str = ""
    geocoder: Literal["nominatim", "photon", "baidu", "google", "amap"] | None = None
    geocoder_key: SecretStr = SecretStr("")
    geocoder_security_key: SecretStr = SecretStr("")
    geocoder_url: str = Field(default="", pattern=r"^(https?://[^\s]+)?$")
    geocoder_per_second: float = Field(default=1.0, gt=0, le=1000)
    remote_days: float = Field(default=30.0, gt=0)
    lease_seconds: float = Field(default=30.0, ge=5.0)

    @property
    def url(self) -> str:
        """The database to use."""
        return self.database_url or f"sqlite:///{(self.data / 'roundsman.sqlite3').absolute()}"

    @property
    def cookie_is_secure(self) -> bool:
        """Whether browsers may send the session cookie over https only."""
        return not is_loopback(self.host) if self.secure_cookie is None else self.secure_cookie

    @property
    def roads(self) -> Path:
        """Folder of the road networks, one folder per name and in it one per profile."""
        return self.data / "roads"

    @property
    def basemap(self) -> Path:
        """The base map drawn under every map."""
        return self.data / "basemap" / "basemap.pmtiles"

    @property
    def tile_host(self) -> str:
        """Where the pages may take images from besides here; empty where from nowhere."""
        if self.tile_url is None:
            return ""
        scheme, _, rest = self.tile_url.partition("://")
        return f"{scheme}://{rest.partition('/')[0].replace('{s}', '*')}"

    @property
    def geocodes(self) -> Path:
        """What geocoding services have answered."""
        return self.data / "geocodes"

    @property
    def matrices(self) -> Path:
        """Cache of travel matrices."""
        return self.data / "matrices"

    @property
    def remote_age_s(self) -> float:
        """How long answers of a road server elsewhere are kept, in seconds."""
        return self.remote_days * 86_400.0

    @property
    def problems(self) -> Path:
        """One folder per problem key: the problem, its matrix and its result."""
        return self.data / "problems"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
