-- Sheets that somebody has sent and not yet made a decree of, for a week; and how the columns of an office's sheets are
-- read, by name. Bulk days: what was asked for, so that the rest can be recorded after a crash.
SET LOCAL ROLE asn_ledger_service;

CREATE TABLE IF NOT EXISTS desk.sheet (
    ledger text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    account uuid NOT NULL,
    name text NOT NULL,
    content bytea NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    PRIMARY KEY (ledger, id)
);

-- What a sheet holds and is called is sealed; those sent before that go, and are sent again.
ALTER TABLE desk.sheet ADD COLUMN IF NOT EXISTS key uuid;
DELETE FROM desk.sheet s WHERE s.key IS NULL;

CREATE TABLE IF NOT EXISTS desk.mapping (
    ledger text COLLATE "C" NOT NULL,
    name text NOT NULL,
    layout text COLLATE "C" NOT NULL,
    columns jsonb NOT NULL,
    saved_by uuid NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    PRIMARY KEY (ledger, name)
);

CREATE TABLE IF NOT EXISTS desk.bulk (
    ledger text COLLATE "C" NOT NULL,
    command uuid NOT NULL,
    request bytea NOT NULL,
    recorder uuid NOT NULL,
    recorder_role text COLLATE "C" NOT NULL,
    submitted_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    PRIMARY KEY (ledger, command)
);

-- What is asked for is sealed; what was asked for before that has no key, and the service seals it when it starts.
ALTER TABLE desk.bulk ADD COLUMN IF NOT EXISTS key uuid;

-- Why a row of a bulk day was last refused, when it was recorded or confirmed: the code of what refused it in clear, what
-- is said of it sealed. Each has an id of its own, under which it is sealed once.
CREATE TABLE IF NOT EXISTS desk.bulk_refusal (
    ledger text COLLATE "C" NOT NULL,
    command uuid NOT NULL,
    place integer NOT NULL,
    step text COLLATE "C" NOT NULL CHECK (step IN ('record', 'confirm')),
    kind text COLLATE "C" NOT NULL,
    code text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    key uuid NOT NULL,
    said bytea NOT NULL,
    PRIMARY KEY (ledger, command, place),
    FOREIGN KEY (ledger, command) REFERENCES desk.bulk (ledger, command)
);
