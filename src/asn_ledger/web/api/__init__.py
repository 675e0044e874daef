"""The HTTP interface for programs, one module per concept."""
