-- What was done to accounts on their page, by whom: who gave which role, a password, took a second factor away.
SET LOCAL ROLE asn_ledger_service;

ALTER TABLE accounts.account ADD COLUMN IF NOT EXISTS last_login_at timestamptz;

CREATE TABLE IF NOT EXISTS accounts.change (
    ledger text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    account uuid NOT NULL,
    by uuid NOT NULL,
    what text COLLATE "C" NOT NULL CHECK (what IN (
        'opened', 'locked', 'unlocked', 'password', 'factor', 'token', 'role_given', 'role_taken'
    )),
    role text COLLATE "C",
    unit uuid,
    at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    PRIMARY KEY (ledger, id),
    FOREIGN KEY (ledger, account) REFERENCES accounts.account (ledger, id),
    FOREIGN KEY (ledger, by) REFERENCES accounts.account (ledger, id)
);
CREATE INDEX IF NOT EXISTS change_of_account ON accounts.change (ledger, account, at);
