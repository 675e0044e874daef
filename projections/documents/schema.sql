CREATE SCHEMA IF NOT EXISTS documents_v4;

CREATE TABLE IF NOT EXISTS documents_v4.coverage (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    decree uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    decided date,
    state text COLLATE "C" NOT NULL,
    scans integer NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (ledger, build, decree)
);

CREATE TABLE IF NOT EXISTS documents_v4.concern (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    decree uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    subject uuid NOT NULL,
    PRIMARY KEY (ledger, build, decree, kind, subject)
);

CREATE TABLE IF NOT EXISTS documents_v4.dispute (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    decree uuid NOT NULL,
    "row" integer NOT NULL,
    role text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    note uuid NOT NULL,
    at timestamptz NOT NULL,
    proposer text COLLATE "C",
    second text COLLATE "C",
    position bigint NOT NULL,
    PRIMARY KEY (ledger, build, decree, position)
);

CREATE TABLE IF NOT EXISTS documents_v4.coverage_known (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    decree uuid NOT NULL,
    kind text COLLATE "C" NOT NULL,
    decided date,
    state text COLLATE "C" NOT NULL,
    scans integer NOT NULL,
    position bigint NOT NULL,
    known_from bigint NOT NULL,
    known_until bigint,
    PRIMARY KEY (ledger, build, decree, known_from)
);
