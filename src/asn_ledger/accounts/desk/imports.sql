-- Imports: one run with its cursor and its counts, what it recorded, what it says of each row that did not simply go in,
-- and files that were sent until they are read. Whatever may name somebody is sealed; codes and counts are in clear.
SET LOCAL ROLE asn_ledger_service;

-- Before, reports were kept in clear. They cannot be sealed from here, and must not stay: the import says it all again.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = pg_catalog.to_regclass('desk.import_run') AND a.attname = 'source' AND NOT a.attisdropped
    ) THEN
        DROP TABLE desk.import_item, desk.import_command, desk.import_run;
    END IF;
END
$$;

-- `looked`: the dry run that this run does in earnest. `undoes`: the run that this one takes back. `said`: where it reads
-- and why it takes back. `upload`: the files that were sent for it; None where a command read them from a folder.
CREATE TABLE IF NOT EXISTS desk.import_run (
    ledger text COLLATE "C" NOT NULL,
    run uuid NOT NULL,
    system text COLLATE "C" NOT NULL,
    key uuid NOT NULL,
    said bytea NOT NULL,
    fingerprint bytea NOT NULL,
    dry_run boolean NOT NULL,
    looked uuid,
    undoes uuid,
    upload uuid,
    background boolean NOT NULL,
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
    failed_at timestamptz,
    ended_at timestamptz,
    undone_at timestamptz,
    PRIMARY KEY (ledger, run)
);

-- Whether somebody is done with the rows that did not go in: the inbox of those who import then leaves it out.
ALTER TABLE desk.import_run
    ADD COLUMN IF NOT EXISTS settled_at timestamptz,
    ADD COLUMN IF NOT EXISTS settled_by uuid;

-- One run at a time waits for the service or is under way in it.
CREATE UNIQUE INDEX IF NOT EXISTS import_run_in_hand ON desk.import_run (ledger)
    WHERE background AND ended_at IS NULL AND failed_at IS NULL;
-- A dry run is done in earnest once.
CREATE UNIQUE INDEX IF NOT EXISTS import_run_looked ON desk.import_run (ledger, looked);

CREATE TABLE IF NOT EXISTS desk.import_item (
    ledger text COLLATE "C" NOT NULL,
    run uuid NOT NULL,
    number bigint NOT NULL,
    resource text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL CHECK (status IN ('refused', 'changed', 'finding', 'noted')),
    reason text COLLATE "C" NOT NULL,
    key uuid NOT NULL,
    said bytea NOT NULL,
    PRIMARY KEY (ledger, run, number),
    FOREIGN KEY (ledger, run) REFERENCES desk.import_run (ledger, run)
);

-- Before, rules that were not met were a number only.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_constraint c
        WHERE c.conrelid = 'desk.import_item'::regclass AND c.conname = 'import_item_status_check'
            AND pg_catalog.pg_get_constraintdef(c.oid) LIKE '%finding%'
    ) THEN
        ALTER TABLE desk.import_item DROP CONSTRAINT IF EXISTS import_item_status_check;
        ALTER TABLE desk.import_item ADD CONSTRAINT import_item_status_check
            CHECK (status IN ('refused', 'changed', 'finding', 'noted'));
    END IF;
END
$$;

-- What a run records, by command, written down before it is recorded: what a run that was killed finds again as its own,
-- and what an undo takes back.
CREATE TABLE IF NOT EXISTS desk.import_command (
    ledger text COLLATE "C" NOT NULL,
    run uuid NOT NULL,
    command uuid NOT NULL,
    PRIMARY KEY (ledger, run, command),
    FOREIGN KEY (ledger, run) REFERENCES desk.import_run (ledger, run)
);

CREATE TABLE IF NOT EXISTS desk.import_file (
    ledger text COLLATE "C" NOT NULL,
    upload uuid NOT NULL,
    number integer NOT NULL,
    key uuid NOT NULL,
    content bytea NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    PRIMARY KEY (ledger, upload, number)
);
