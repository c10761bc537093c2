"""Metrics as JSON."""

from __future__ import annotations

from typing import Any

from crm_core.metrics.catalogue import Definition
from crm_core.metrics.service import Figure, FigureScope

type Json = dict[str, Any]


def figure_json(figure: Figure, language: str) -> Json:
    """The body of ``api.schemas.figures.FigureOut``."""
    return {
        **definition_json(figure.definition, language),
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "value": figure.value,
        "currency": figure.currency,
        "scope": _scope(figure.scope),
        "reps": len(figure.scope.rep_ids),
        "period": [figure.date_from, figure.date_to],
        "simulated": figure.simulated,
    }


def definition_json(definition: Definition, language: str) -> Json:
    """The body of ``api.schemas.figures.DefinitionOut``."""
    chinese = language == "zh"
    return {
        "key": definition.key,
        "name": definition.name_zh if chinese else definition.name_en,
        "formula": definition.formula_zh if chinese else definition.formula_en,
        "unit": definition.unit,
        "rule_version": definition.rule_version,
    }


def _scope(scope: FigureScope) -> str:
    if scope.rep_id is not None:
        return "rep"
    return "company" if scope.company else "reps"
