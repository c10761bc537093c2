"""Problems and plans as versioned JSON files.

A matrix lies inline, as rows with ``null`` where no road leads, or beside the JSON file as
``{"file": "name.npz", "sha256": "…"}``.  Version 2 only adds fields to version 1, so both are read.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from routing.calendar import Day
from routing.errors import BadFile, Fault, InvalidPlan, InvalidProblem
from routing.json_codec import decode, encode, read_fields
from routing.plan import Plan
from routing.problem import Place, Problem, Rep, VisitDemand, Weights
from routing.travel import SpeedBand, TravelMatrix

PROBLEM_SCHEMA = "roundsman/problem/2"
PLAN_SCHEMA = "roundsman/plan/2"

_PROBLEM_FIELDS: dict[str, Any] = {
    "name": str,
    "days": tuple[Day, ...],
    "reps": tuple[Rep, ...],
    "places": tuple[Place, ...],
    "demands": tuple[VisitDemand, ...],
    "weights": Weights,
    "zone": str,
    "same_rep": bool,
    "previous": Plan | None,
    "frozen_until": int,
}
_REQUIRED = {"name", "days", "reps", "places", "demands"}


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """The problem as JSON values, matrices inline."""
    return {**_heading(problem), "travel": _inline(problem.travel)}


def problem_from_json(value: Any, directory: Path | None = None) -> Problem:
    """The problem of JSON values; matrix files are looked for in ``directory``.

    Raises BadFile for another schema or a bad matrix file, InvalidProblem with every fault for
    wrong contents.  ``routing.validate`` judges what the values mean.
    """
    fields = _of_schema(value, PROBLEM_SCHEMA)
    faults: list[Fault] = []
    travel = _travel(fields.pop("travel", None), directory, faults)
    found = read_fields(_PROBLEM_FIELDS, _REQUIRED, fields, "", faults)
    if faults or travel is None:
        raise InvalidProblem(faults)
    return Problem(travel=travel, **found)


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON values."""
    return {"schema": PLAN_SCHEMA, **encode(plan)}


def plan_from_json(value: Any) -> Plan:
    """The plan of JSON values.  Raises BadFile for another schema, InvalidPlan with every fault."""
    fields = _of_schema(value, PLAN_SCHEMA)
    faults: list[Fault] = []
    plan = decode(Plan, fields, "", faults)
    if faults:
        raise InvalidPlan(faults)
    return plan  # type: ignore[no-any-return]


def read_problem(path: Path | str) -> Problem:
    """The problem of a file; raises as ``problem_from_json``, and BadFile if it is no JSON."""
    return problem_from_json(_read(Path(path)), Path(path).parent)


def write_problem(
    problem: Problem, path: Path | str, matrix: Literal["npz", "inline"] = "npz"
) -> None:
    """Write a problem; ``npz`` puts the matrices beside it under the same name."""
    path = Path(path)
    if matrix == "inline":
        return _write(problem_to_json(problem), path)
    beside = path.with_suffix(".npz")
    arrays = {"seconds": problem.travel.seconds, "metres": problem.travel.metres}
    if problem.travel.snap_m is not None:
        arrays["snap_m"] = problem.travel.snap_m
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    beside.write_bytes(packed.getvalue())
    digest = hashlib.sha256(packed.getvalue()).hexdigest()
    travel = {**_labels(problem.travel), "file": beside.name, "sha256": digest}
    return _write({**_heading(problem), "travel": travel}, path)


def read_plan(path: Path | str) -> Plan:
    """The plan of a file; raises as ``plan_from_json``, and BadFile if it is no JSON."""
    return plan_from_json(_read(Path(path)))


def write_plan(plan: Plan, path: Path | str) -> None:
    """Write a plan."""
    _write(plan_to_json(plan), Path(path))


def _heading(problem: Problem) -> dict[str, Any]:
    """Everything but the travel."""
    fields = {name: encode(getattr(problem, name)) for name in _PROBLEM_FIELDS}
    return {"schema": PROBLEM_SCHEMA, **fields}


def _labels(travel: TravelMatrix) -> dict[str, Any]:
    bands = {"bands": encode(travel.bands)} if travel.bands else {}
    return {"source": travel.source, "estimate": travel.estimate, **bands}


def _inline(travel: TravelMatrix) -> dict[str, Any]:
    snapped = {} if travel.snap_m is None else {"snap_m": _numbers(travel.snap_m)}
    matrices = {"seconds": _numbers(travel.seconds), "metres": _numbers(travel.metres)}
    return {**_labels(travel), **matrices, **snapped}


def _numbers(array: NDArray[np.float64]) -> list[Any]:
    """Nested lists, with None for infinity."""
    values = array.astype(object)
    values[np.isposinf(array)] = None
    return values.tolist()  # type: ignore[no-any-return]


def is_plan(value: Any) -> bool:
    """Whether JSON values say that they are a plan that this version reads."""
    return isinstance(value, dict) and value.get("schema") in _readable(PLAN_SCHEMA)


def _readable(schema: str) -> list[str]:
    """The schema of this version and those of the versions before it."""
    name, version = schema.rsplit("/", 1)
    return [f"{name}/{older}" for older in range(1, int(version) + 1)]


def _of_schema(value: Any, schema: str) -> dict[str, Any]:
    """The fields of an object of that schema, without its label."""
    found = value.get("schema") if isinstance(value, dict) else None
    if found in _readable(schema):
        return {name: item for name, item in value.items() if name != "schema"}
    if isinstance(found, str) and found.rsplit("/", 1)[0] == schema.rsplit("/", 1)[0]:
        cause = f"The file has schema {found}; this version reads {schema}."
        raise BadFile("schema-version", cause, "Update Roundsman, or export the file again.")
    cause = f"The file says schema {found!r} where {schema} is expected."
    raise BadFile("schema-unknown", cause, "Give a file that Roundsman has written.")


def _travel(value: Any, directory: Path | None, faults: list[Fault]) -> TravelMatrix | None:
    hints: dict[str, Any] = {"source": str, "estimate": bool, "bands": tuple[SpeedBand, ...]}
    if isinstance(value, dict) and "file" in value:
        hints |= {"file": str, "sha256": str}
        found = read_fields(hints, {"source", "file", "sha256"}, value, "travel", faults)
        if faults:
            return None
        arrays = _unpack(directory, found["file"], found["sha256"])
    else:
        rows = tuple[tuple[float, ...], ...]
        hints |= {"seconds": rows, "metres": rows, "snap_m": tuple[float, ...] | None}
        required = {"source", "seconds", "metres"}
        found = read_fields(hints, required, value, "travel", faults)
        arrays = {} if faults else _arrays(found, faults)
    if faults:
        return None
    return TravelMatrix(
        arrays["seconds"],
        arrays["metres"],
        found["source"],
        found.get("estimate", False),
        arrays.get("snap_m"),
        found.get("bands", ()),
    )


def _arrays(found: dict[str, Any], faults: list[Fault]) -> dict[str, NDArray[np.float64]]:
    arrays = {}
    for name in ("seconds", "metres"):
        rows = found[name]
        if any(len(row) != len(rows) for row in rows):
            cause = f"The {len(rows)} rows do not all have {len(rows)} numbers."
            where = f"travel.{name}"
            faults.append(Fault("matrix-shape", cause, "Give one number a pair of places.", where))
        else:
            arrays[name] = np.array(rows, dtype=np.float64).reshape(len(rows), len(rows))
    if found.get("snap_m") is not None:
        arrays["snap_m"] = np.array(found["snap_m"], dtype=np.float64)
    return arrays


def _unpack(directory: Path | None, name: str, digest: str) -> dict[str, NDArray[np.float64]]:
    """The arrays of a matrix file whose contents are those that were written."""
    if directory is None or Path(name).name != name:
        cause = f"The matrix file {name} is not beside the problem file."
        raise BadFile(
            "matrix-missing", cause, "Put it beside the problem file, named without path."
        )
    try:
        packed = (directory / name).read_bytes()
    except OSError as error:
        cause = f"The matrix file {name} cannot be read: {error.strerror}."
        raise BadFile("matrix-missing", cause, "Put it beside the problem file.") from error
    if hashlib.sha256(packed).hexdigest() != digest:
        cause = f"The matrix file {name} is not the one that the problem was written with."
        raise BadFile("matrix-changed", cause, "Restore it, or write the problem again.")
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            return {key: np.asarray(arrays[key], dtype=np.float64) for key in _matrix_names(arrays)}
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        cause = f"The matrix file {name} does not hold seconds and metres."
        raise BadFile("matrix-unreadable", cause, "Write the problem again.") from error


def _matrix_names(arrays: Any) -> list[str]:
    return ["seconds", "metres", *(["snap_m"] if "snap_m" in arrays.files else [])]


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_constant)
    except OSError as error:
        cause = f"{path.name} cannot be read: {error.strerror}."
        raise BadFile("file-missing", cause, "Check the path.") from error
    except (ValueError, RecursionError) as error:
        cause = f"{path.name} is not JSON: {error}."
        raise BadFile("file-not-json", cause, "Give a file that Roundsman has written.") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _write(value: dict[str, Any], path: Path) -> None:
    """Whole or not at all."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError as error:
        cause = f"{path.name} would hold a number that is not one: {error}."
        raise BadFile("number-not-finite", cause, "Mend the faults that validate finds.") from error
    draft = path.with_name(path.name + ".part")
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(path)
