-- Who may log in, and work that is not yet a fact. No history: what must be remembered is in the ledger.
CREATE SCHEMA IF NOT EXISTS accounts AUTHORIZATION asn_ledger_service;
CREATE SCHEMA IF NOT EXISTS desk AUTHORIZATION asn_ledger_service;
SET LOCAL ROLE asn_ledger_service;

CREATE TABLE IF NOT EXISTS accounts.account (
    ledger text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL CHECK (role IN ('office', 'auditor')),
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    closed_at timestamptz,
    PRIMARY KEY (ledger, id),
    UNIQUE (ledger, name)
);

-- A token is kept as its SHA-256: it has 256 bits of chance, so that no slow hash is needed.
CREATE TABLE IF NOT EXISTS accounts.token (
    ledger text COLLATE "C" NOT NULL,
    hash bytea NOT NULL CHECK (pg_catalog.octet_length(hash) = 32),
    account uuid NOT NULL,
    label text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (ledger, hash),
    FOREIGN KEY (ledger, account) REFERENCES accounts.account (ledger, id)
);

-- Signed decrees that wait for a second person. Once confirmed, what was sent is dropped: the ledger has it.
CREATE TABLE IF NOT EXISTS desk.waiting (
    ledger text COLLATE "C" NOT NULL,
    decree uuid NOT NULL,
    command uuid NOT NULL,
    request bytea,
    recorder uuid NOT NULL,
    recorder_role text COLLATE "C" NOT NULL,
    submitted_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    confirmed_at timestamptz,
    PRIMARY KEY (ledger, decree),
    UNIQUE (ledger, command)
);
