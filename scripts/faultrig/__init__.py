"""Faults by chance against the real service and its PostgreSQL, and what must hold after them (docs/reliability.md)."""
