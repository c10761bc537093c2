"""Solvers.  With ``routing.territory`` the only place that imports OR-Tools, and alone numba."""
