CREATE SCHEMA IF NOT EXISTS accountability_v4;

CREATE TABLE IF NOT EXISTS accountability_v4.decree (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    decree uuid NOT NULL,
    number text COLLATE "C",
    normalised text COLLATE "C",
    tail text COLLATE "C",
    kind text COLLATE "C",
    mode text COLLATE "C",
    decided_on text COLLATE "C",
    decided date,
    issuer text COLLATE "C" NOT NULL,
    signed_as text COLLATE "C",
    rows integer NOT NULL,
    stub boolean NOT NULL,
    position bigint NOT NULL,
    signer_post uuid,
    signer_office text COLLATE "C",
    recorded_at timestamptz NOT NULL,
    recorder text COLLATE "C",
    confirmer text COLLATE "C",
    tmt_first date,
    tmt_last date,
    open_rows integer NOT NULL,
    struck_rows integer NOT NULL,
    strikes integer NOT NULL,
    not_met integer NOT NULL,
    cannot_tell integer NOT NULL,
    overridden integer NOT NULL,
    disputed integer NOT NULL,
    PRIMARY KEY (ledger, build, decree)
);

CREATE INDEX IF NOT EXISTS decree_by_number ON accountability_v4.decree (ledger, build, normalised);
CREATE INDEX IF NOT EXISTS decree_by_tail ON accountability_v4.decree (ledger, build, tail);
CREATE INDEX IF NOT EXISTS decree_by_date ON accountability_v4.decree (ledger, build, decided);

CREATE TABLE IF NOT EXISTS accountability_v4.objection (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    decree uuid NOT NULL,
    position bigint NOT NULL,
    rule text COLLATE "C" NOT NULL,
    "row" integer NOT NULL,
    version integer NOT NULL,
    result text COLLATE "C" NOT NULL,
    override text COLLATE "C",
    PRIMARY KEY (ledger, build, decree, position, rule)
);

CREATE INDEX IF NOT EXISTS objection_by_rule ON accountability_v4.objection (ledger, build, rule, decree);

CREATE TABLE IF NOT EXISTS accountability_v4.former (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    decree uuid NOT NULL,
    position bigint NOT NULL,
    until bigint NOT NULL,
    number text COLLATE "C",
    normalised text COLLATE "C",
    tail text COLLATE "C",
    decided_on text COLLATE "C",
    decided date,
    issuer text COLLATE "C" NOT NULL,
    signed_as text COLLATE "C" NOT NULL,
    signer_post uuid,
    signer_office text COLLATE "C",
    PRIMARY KEY (ledger, build, decree, position)
);

CREATE INDEX IF NOT EXISTS former_by_number ON accountability_v4.former (ledger, build, normalised);
CREATE INDEX IF NOT EXISTS former_by_tail ON accountability_v4.former (ledger, build, tail);
