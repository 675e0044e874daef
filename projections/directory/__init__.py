"""Who is this (name, NIP)? Asked by every page that names people; the only clear names."""
