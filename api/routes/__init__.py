"""HTTP endpoints, one module per resource: parse, call one service, present."""
