"""Which decree is this? Asked by whoever has its number."""
