-- Who may log in, and work that is not yet a fact. No history: what must be remembered is in the ledger.
CREATE SCHEMA IF NOT EXISTS accounts AUTHORIZATION asn_ledger_service;
CREATE SCHEMA IF NOT EXISTS desk AUTHORIZATION asn_ledger_service;
SET LOCAL ROLE asn_ledger_service;

CREATE TABLE IF NOT EXISTS accounts.account (
    ledger text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    closed_at timestamptz,
    PRIMARY KEY (ledger, id),
    UNIQUE (ledger, name)
);

-- The person whom the account belongs to, the argon2 hash of the password, the second factor: its sealed secret and the
-- last time step that was used.
ALTER TABLE accounts.account
    ADD COLUMN IF NOT EXISTS employee uuid,
    ADD COLUMN IF NOT EXISTS password text COLLATE "C",
    ADD COLUMN IF NOT EXISTS totp bytea,
    ADD COLUMN IF NOT EXISTS totp_step bigint,
    ADD COLUMN IF NOT EXISTS locked_at timestamptz;
-- Whether the password is one that somebody else gave: it opens nothing but the page that takes another.
ALTER TABLE accounts.account ADD COLUMN IF NOT EXISTS password_given boolean NOT NULL DEFAULT false;

-- One person has one open account: with two, one could confirm what the other recorded.
CREATE UNIQUE INDEX IF NOT EXISTS account_of_employee ON accounts.account (ledger, employee) WHERE closed_at IS NULL;

CREATE TABLE IF NOT EXISTS accounts."grant" (
    ledger text COLLATE "C" NOT NULL,
    account uuid NOT NULL,
    role text COLLATE "C" NOT NULL,
    unit uuid,
    UNIQUE NULLS NOT DISTINCT (ledger, account, role, unit),
    FOREIGN KEY (ledger, account) REFERENCES accounts.account (ledger, id),
    CHECK ((role = 'opd_clerk') = (unit IS NOT NULL))
);

-- An account had one role, `office` or `auditor`: who was the office recorded, and confirmed what others had recorded.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = 'accounts.account'::pg_catalog.regclass AND a.attname = 'role' AND NOT a.attisdropped
    ) THEN
        INSERT INTO accounts."grant" (ledger, account, role)
        SELECT a.ledger, a.id, r.role
        FROM accounts.account a
        JOIN (VALUES ('office', 'hr_officer'), ('office', 'confirmer'), ('auditor', 'auditor')) AS r (was, role)
            ON r.was = a.role
        ON CONFLICT DO NOTHING;
        ALTER TABLE accounts.account DROP COLUMN role;
    END IF;
END
$$;

-- A token is kept as its SHA-256: it has 256 bits of chance, so that no slow hash is needed. Without roles of its own it
-- has those of its account; never more than these.
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
ALTER TABLE accounts.token
    ADD COLUMN IF NOT EXISTS id uuid NOT NULL DEFAULT pg_catalog.gen_random_uuid(),
    ADD COLUMN IF NOT EXISTS roles text[] COLLATE "C";

-- A browser's session. `stage` is `second_factor` while only the password was given.
CREATE TABLE IF NOT EXISTS accounts.session (
    ledger text COLLATE "C" NOT NULL,
    hash bytea NOT NULL CHECK (pg_catalog.octet_length(hash) = 32),
    id uuid NOT NULL,
    account uuid NOT NULL,
    stage text COLLATE "C" NOT NULL CHECK (stage IN ('second_factor', 'open')),
    began_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    browser text NOT NULL,
    PRIMARY KEY (ledger, hash),
    FOREIGN KEY (ledger, account) REFERENCES accounts.account (ledger, id)
);
CREATE INDEX IF NOT EXISTS session_of_account ON accounts.session (ledger, account);
-- The token that a session was opened with: it has that one's roles, and ends with it.
ALTER TABLE accounts.session ADD COLUMN IF NOT EXISTS token bytea;
-- The sealed secret that a session is offered as its account's second factor, until a code of it is shown.
ALTER TABLE accounts.session ADD COLUMN IF NOT EXISTS enrolling bytea;

CREATE TABLE IF NOT EXISTS accounts.recovery_code (
    ledger text COLLATE "C" NOT NULL,
    account uuid NOT NULL,
    hash bytea NOT NULL CHECK (pg_catalog.octet_length(hash) = 32),
    PRIMARY KEY (ledger, account, hash),
    FOREIGN KEY (ledger, account) REFERENCES accounts.account (ledger, id)
);

-- Browsers in which somebody logged in before: their failures are counted apart, so that strangers lock nobody out.
CREATE TABLE IF NOT EXISTS accounts.known_browser (
    ledger text COLLATE "C" NOT NULL,
    hash bytea NOT NULL CHECK (pg_catalog.octet_length(hash) = 32),
    account uuid NOT NULL,
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (ledger, hash),
    FOREIGN KEY (ledger, account) REFERENCES accounts.account (ledger, id)
);

-- Failed log-ins by a keyed digest of what was tried: names that were typed and addresses stand nowhere in clear.
CREATE TABLE IF NOT EXISTS accounts.failure (
    ledger text COLLATE "C" NOT NULL,
    what bytea NOT NULL CHECK (pg_catalog.octet_length(what) = 32),
    count integer NOT NULL,
    failed_at timestamptz NOT NULL,
    PRIMARY KEY (ledger, what)
);

-- Signed decrees that wait for a second person. What was sent is dropped once it is confirmed, for the ledger has it, and
-- once its recorder withdraws it or another refuses it: of that remain the decree's number and kind, by whom and why.
CREATE TABLE IF NOT EXISTS desk.waiting (
    ledger text COLLATE "C" NOT NULL,
    decree uuid NOT NULL,
    command uuid NOT NULL,
    request bytea,
    recorder uuid NOT NULL,
    recorder_role text COLLATE "C" NOT NULL,
    submitted_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    confirmed_at timestamptz,
    PRIMARY KEY (ledger, command)
);
ALTER TABLE desk.waiting
    ADD COLUMN IF NOT EXISTS number text,
    ADD COLUMN IF NOT EXISTS kind text COLLATE "C",
    ADD COLUMN IF NOT EXISTS closed_as text COLLATE "C" CHECK (closed_as IN ('withdrawn', 'refused')),
    ADD COLUMN IF NOT EXISTS closed_at timestamptz,
    ADD COLUMN IF NOT EXISTS closed_by uuid,
    ADD COLUMN IF NOT EXISTS closed_role text COLLATE "C",
    ADD COLUMN IF NOT EXISTS reason text,
    ADD COLUMN IF NOT EXISTS key uuid,
    ADD COLUMN IF NOT EXISTS said bytea,
    ADD COLUMN IF NOT EXISTS act text COLLATE "C" CHECK (act IN ('confirm', 'override'));
-- `act` is what somebody else signs of a draft; null of a signed decree, which is confirmed. What was sent, and why it was refused (`said`), is sealed under the key. What stood here in clear before, the reason in
-- `reason`, the service seals when it starts.
CREATE INDEX IF NOT EXISTS waiting_clear ON desk.waiting (ledger)
    WHERE key IS NULL AND (request IS NOT NULL OR reason IS NOT NULL);

-- A decree was laid here once; now again after it was withdrawn or refused, under another command.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_constraint c
        WHERE c.conrelid = 'desk.waiting'::pg_catalog.regclass AND c.conname = 'waiting_ledger_command_key'
    ) THEN
        ALTER TABLE desk.waiting DROP CONSTRAINT waiting_pkey;
        ALTER TABLE desk.waiting DROP CONSTRAINT waiting_ledger_command_key;
        ALTER TABLE desk.waiting ADD PRIMARY KEY (ledger, command);
    END IF;
END
$$;
CREATE UNIQUE INDEX IF NOT EXISTS waiting_open ON desk.waiting (ledger, decree) WHERE closed_at IS NULL;
CREATE INDEX IF NOT EXISTS waiting_of_recorder ON desk.waiting (ledger, recorder, submitted_at);

-- Passkeys on their way into the ledger: the signature with which their owner showed them, and until somebody vouches.
CREATE TABLE IF NOT EXISTS accounts.enrolment (
    ledger text COLLATE "C" NOT NULL,
    command uuid NOT NULL,
    account uuid NOT NULL,
    role text COLLATE "C" NOT NULL,
    credential bytea NOT NULL,
    public_key bytea NOT NULL,
    label text NOT NULL,
    begun_at timestamptz NOT NULL,
    attestation bytea,
    PRIMARY KEY (ledger, command),
    FOREIGN KEY (ledger, account) REFERENCES accounts.account (ledger, id)
);
CREATE INDEX IF NOT EXISTS enrolment_of_account ON accounts.enrolment (ledger, account);
