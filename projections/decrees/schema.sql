CREATE SCHEMA IF NOT EXISTS decrees_v1;

CREATE TABLE IF NOT EXISTS decrees_v1.decree (
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
    PRIMARY KEY (ledger, build, decree)
);

CREATE INDEX IF NOT EXISTS decree_by_number ON decrees_v1.decree (ledger, build, normalised);
CREATE INDEX IF NOT EXISTS decree_by_tail ON decrees_v1.decree (ledger, build, tail);
