"""What may happen: the decree form, one module per action, and `decree.py`, which judges all rows together."""
