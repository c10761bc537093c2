"""The data dictionary."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.deps import CallerDep
from api.presenters.dictionary import dictionary
from api.schemas.dictionary import DictionaryOut

router = APIRouter(tags=["data dictionary"])


@router.get("/data-dictionary", response_model=DictionaryOut)
def read_dictionary(caller: CallerDep) -> dict[str, Any]:
    """Every table and column that is stored, generated from the schema."""
    return {"tables": dictionary()}
