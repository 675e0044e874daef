CREATE SCHEMA IF NOT EXISTS position_history_v2;

CREATE TABLE IF NOT EXISTS position_history_v2.tenure (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    employee uuid NOT NULL,
    began_by bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    post uuid NOT NULL,
    capacity text COLLATE "C" NOT NULL,
    began date,
    began_text text COLLATE "C",
    ended date,
    why_ended text COLLATE "C",
    ended_by bigint,
    ended_restricted boolean NOT NULL,
    until date,
    before_record boolean NOT NULL,
    exact boolean NOT NULL,
    review boolean NOT NULL,
    decree uuid NOT NULL,
    "row" integer NOT NULL,
    number text COLLATE "C",
    decided_on text COLLATE "C",
    issuer text COLLATE "C" NOT NULL,
    signed_as text COLLATE "C" NOT NULL,
    origin uuid NOT NULL,
    basis bigint[] NOT NULL,
    struck_by bigint,
    replaced boolean NOT NULL,
    PRIMARY KEY (ledger, build, employee, began_by)
);

CREATE INDEX IF NOT EXISTS tenure_of_post ON position_history_v2.tenure (ledger, build, post);

CREATE TABLE IF NOT EXISTS position_history_v2.tenure_known (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    employee uuid NOT NULL,
    began_by bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    post uuid NOT NULL,
    capacity text COLLATE "C" NOT NULL,
    began date,
    began_text text COLLATE "C",
    ended date,
    why_ended text COLLATE "C",
    ended_by bigint,
    ended_restricted boolean NOT NULL,
    until date,
    before_record boolean NOT NULL,
    exact boolean NOT NULL,
    review boolean NOT NULL,
    decree uuid NOT NULL,
    "row" integer NOT NULL,
    number text COLLATE "C",
    decided_on text COLLATE "C",
    issuer text COLLATE "C" NOT NULL,
    signed_as text COLLATE "C" NOT NULL,
    origin uuid NOT NULL,
    basis bigint[] NOT NULL,
    struck_by bigint,
    replaced boolean NOT NULL,
    known_from bigint NOT NULL,
    known_until bigint,
    PRIMARY KEY (ledger, build, employee, began_by, known_from)
);

CREATE INDEX IF NOT EXISTS tenure_known_of_post ON position_history_v2.tenure_known (ledger, build, post);
