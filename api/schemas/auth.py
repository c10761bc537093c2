"""Logging in and who is logged in."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from api.schemas.base import Language, Payload, Shape


class TokenRequest(Payload):
    """Either ``login`` and ``password``, or a one-time ``code``."""

    login: str | None = Field(default=None, min_length=1, max_length=200)
    password: str | None = Field(default=None, min_length=1, max_length=1000)
    code: str | None = Field(default=None, min_length=1, max_length=200)

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        by_password = self.login is not None and self.password is not None
        by_code = self.code is not None and self.login is None and self.password is None
        if not (by_code or (by_password and self.code is None)):
            raise ValueError("give either login and password, or code")
        return self


class UserOut(Shape):
    """The user behind a token."""

    id: str
    name: str
    language: Language
    roles: list[str]
    rep_id: str | None


class TokenOut(Shape):
    """A fresh access token; the same token is set as the session cookie."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  # the scheme's name
    expires_at: datetime
    user: UserOut
