-- Scans that were brought in without a decree and wait to be matched with one. Their names, which often hold a NIP, are
-- sealed (`said`), known again by a keyed digest (`known`), and go once they are matched: the ledger then says what they are.
SET LOCAL ROLE asn_ledger_service;

CREATE TABLE IF NOT EXISTS desk.intake (
    ledger text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    name text COLLATE "C",
    state text COLLATE "C" NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'proposed', 'set_aside', 'matched')),
    same_as uuid,
    verdict text COLLATE "C" CHECK (verdict IN ('beda', 'tak_terbaca', 'duplikat', 'bukan_keputusan')),
    decree uuid,
    "row" integer,
    role text COLLATE "C",
    page integer,
    note uuid,
    proposed_by uuid,
    decided_by uuid,
    brought_by text COLLATE "C" NOT NULL,
    arrived_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    changed_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    PRIMARY KEY (ledger, id),
    UNIQUE (ledger, sha256, name)
);

CREATE INDEX IF NOT EXISTS intake_by_state ON desk.intake (ledger, state, arrived_at, id);

-- Before, names stood here in clear; the service seals those when it starts.
ALTER TABLE desk.intake
    ADD COLUMN IF NOT EXISTS key uuid,
    ADD COLUMN IF NOT EXISTS said bytea,
    ADD COLUMN IF NOT EXISTS known bytea,
    ALTER COLUMN name DROP NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS intake_known ON desk.intake (ledger, known);
CREATE INDEX IF NOT EXISTS intake_clear ON desk.intake (ledger) WHERE name IS NOT NULL;
