-- What is known of each scan beside its sealed file. Its name, which may hold a NIP, is not kept here.
CREATE SCHEMA IF NOT EXISTS documents AUTHORIZATION asn_ledger_service;
SET LOCAL ROLE asn_ledger_service;

CREATE TABLE IF NOT EXISTS documents.document (
    ledger text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    media_type text COLLATE "C" NOT NULL,
    bytes bigint NOT NULL CHECK (bytes > 0),
    key uuid NOT NULL,
    uploaded_by text COLLATE "C" NOT NULL,
    uploaded_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    PRIMARY KEY (ledger, sha256)
);
