"""Other systems' words in and out."""
