-- That somebody who oversees has looked at a finding: how it stood then (`state`, a digest), and a note, sealed, for it may
-- name a person. A mark is never changed; where the finding stands otherwise by now, it counts no more.
SET LOCAL ROLE asn_ledger_service;

CREATE TABLE IF NOT EXISTS desk.seen (
    ledger text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    account uuid NOT NULL,
    role text COLLATE "C" NOT NULL,
    decree uuid NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('findings', 'overridden', 'late')),
    state bytea NOT NULL CHECK (pg_catalog.octet_length(state) = 32),
    key uuid NOT NULL,
    said bytea NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    PRIMARY KEY (ledger, id),
    FOREIGN KEY (ledger, account) REFERENCES accounts.account (ledger, id)
);
CREATE INDEX IF NOT EXISTS seen_of_account ON desk.seen (ledger, account, kind);
CREATE INDEX IF NOT EXISTS seen_of_decree ON desk.seen (ledger, decree);
CREATE INDEX IF NOT EXISTS seen_newest ON desk.seen (ledger, seen_at);
