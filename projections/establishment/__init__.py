"""How are the posts of a unit, and of all below it, filled on a day (peta jabatan, bezetting)? No tables of its own."""
