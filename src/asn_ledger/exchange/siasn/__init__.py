"""SIASN's files into the ledger: read as they are spelled, made decree rows, recorded now, reported row by row."""
