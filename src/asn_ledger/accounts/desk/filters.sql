-- What somebody chooses a list by again and again, by name. What it is called and asks may name a person: it is sealed,
-- each time under an id of its own; `known_as` is a keyed digest of the name, by which an account has each name once.
SET LOCAL ROLE asn_ledger_service;

CREATE TABLE IF NOT EXISTS desk.filter (
    ledger text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    account uuid NOT NULL,
    list text COLLATE "C" NOT NULL,
    known_as bytea NOT NULL,
    sealed_as uuid NOT NULL,
    key uuid NOT NULL,
    said bytea NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    PRIMARY KEY (ledger, id),
    UNIQUE (ledger, account, list, known_as),
    FOREIGN KEY (ledger, account) REFERENCES accounts.account (ledger, id)
);
