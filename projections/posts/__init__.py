"""Which posts exist or existed: title, unit, level, seats, requirements, predecessors? Asked by everybody."""
