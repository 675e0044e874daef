"""HTTP only: problems, the API by concept, the pages."""
