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

-- Imports: one run with its cursor and its counts, and what it says of each row that did not simply go in.
CREATE TABLE IF NOT EXISTS desk.import_run (
    ledger text COLLATE "C" NOT NULL,
    run uuid NOT NULL,
    system text COLLATE "C" NOT NULL,
    source text NOT NULL,
    fingerprint bytea NOT NULL,
    dry_run boolean NOT NULL,
    account uuid NOT NULL,
    account_role text COLLATE "C" NOT NULL,
    files integer NOT NULL,
    files_done integer NOT NULL DEFAULT 0,
    rows_read bigint NOT NULL DEFAULT 0,
    recorded bigint NOT NULL DEFAULT 0,
    facts bigint NOT NULL DEFAULT 0,
    confirmed bigint NOT NULL DEFAULT 0,
    known bigint NOT NULL DEFAULT 0,
    findings bigint NOT NULL DEFAULT 0,
    open_rows bigint NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    ended_at timestamptz,
    undone_at timestamptz,
    PRIMARY KEY (ledger, run)
);

CREATE TABLE IF NOT EXISTS desk.import_item (
    ledger text COLLATE "C" NOT NULL,
    run uuid NOT NULL,
    number bigint NOT NULL,
    file text NOT NULL,
    resource text NOT NULL,
    row_id text NOT NULL,
    field text NOT NULL,
    status text COLLATE "C" NOT NULL CHECK (status IN ('refused', 'changed', 'noted')),
    reason text COLLATE "C" NOT NULL,
    detail text NOT NULL,
    proposal jsonb,
    PRIMARY KEY (ledger, run, number),
    FOREIGN KEY (ledger, run) REFERENCES desk.import_run (ledger, run)
);

-- What a run recorded, by command: what an undo takes back.
CREATE TABLE IF NOT EXISTS desk.import_command (
    ledger text COLLATE "C" NOT NULL,
    run uuid NOT NULL,
    command uuid NOT NULL,
    PRIMARY KEY (ledger, run, command),
    FOREIGN KEY (ledger, run) REFERENCES desk.import_run (ledger, run)
);
