"""What all shapes share."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Language = Literal["zh", "en"]
Window = tuple[float, float]


class Payload(BaseModel):
    """A request body: unknown fields are an error, so that a typo is not silently ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    def sent(self) -> dict[str, Any]:
        """Only the fields that were sent, by name."""
        return self.model_dump(exclude_unset=True)


class Shape(BaseModel):
    """A response body: exactly these fields."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class FaultOut(Shape):
    """One thing that is wrong, where it is, and what mends it."""

    code: str
    cause: str
    action: str
    where: str


class ProblemOut(Shape):
    """Every error, as ``application/problem+json``."""

    type: str
    title: str
    status: int
    code: str
    cause: str
    action: str
    faults: list[FaultOut]


class Named(Shape):
    """An id and the name to show for it."""

    id: str
    name: str
