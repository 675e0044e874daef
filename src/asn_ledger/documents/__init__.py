"""Scans of decrees and of what they rest on: named by their content, sealed, kept in files beside the ledger.

The ledger names a document by the SHA-256 of its content, so that no scan can be swapped unseen. The file is sealed
under a key of its own, which an erasure can destroy; the table beside it says what kind of file it is, and no more.
"""

from asn_ledger.documents.store import LARGEST, SCHEMA, Added, DamagedDocument, Document, Documents, Incoming

__all__ = ["LARGEST", "SCHEMA", "Added", "DamagedDocument", "Document", "Documents", "Incoming"]
