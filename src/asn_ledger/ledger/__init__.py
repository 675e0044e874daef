"""The log's I/O: what waits on the ledger's database."""
