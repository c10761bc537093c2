from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm_core.archive.model import Grade, Outlet
from crm_core.archive.service import save_grades


@pytest.fixture
def grades(session: Session) -> None:
    """Grades A, B and C."""
    save_grades(
        session,
        [Grade(code=c, rank=n, name_zh=c, name_en=c) for n, c in enumerate("ABC", start=1)],
    )


@pytest.fixture
def make_outlet(session: Session, grades: None) -> Callable[..., Outlet]:
    """Makes an outlet of grade A in channel kiosk with the short code given."""

    def make(code: str, **values: Any) -> Outlet:
        defaults = {"name": f"Outlet {code}", "channel": "kiosk", "grade_code": "A"}
        place = {"lat": 41.15, "lon": -8.61}
        outlet = Outlet(**{"short_code": code, **defaults, **place, **values})
        session.add(outlet)
        session.flush()
        return outlet

    return make
