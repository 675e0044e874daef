CREATE SCHEMA IF NOT EXISTS units_v4;

CREATE TABLE IF NOT EXISTS units_v4.unit (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    unit uuid NOT NULL,
    began date NOT NULL,
    ended date,
    name text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    parent uuid,
    began_by bigint NOT NULL,
    abolished date,
    basis bigint[] NOT NULL,
    PRIMARY KEY (ledger, build, unit, began)
);

CREATE INDEX IF NOT EXISTS unit_of_parent ON units_v4.unit (ledger, build, parent);

CREATE TABLE IF NOT EXISTS units_v4.predecessor (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    unit uuid NOT NULL,
    predecessor uuid NOT NULL,
    how text COLLATE "C" NOT NULL,
    since date NOT NULL,
    PRIMARY KEY (ledger, build, unit, predecessor, since, how)
);

CREATE TABLE IF NOT EXISTS units_v4.word (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    unit uuid NOT NULL,
    word text COLLATE "C" NOT NULL,
    PRIMARY KEY (ledger, build, unit, word)
);

CREATE INDEX IF NOT EXISTS unit_by_word ON units_v4.word (ledger, build, word, unit);

CREATE TABLE IF NOT EXISTS units_v4.unit_known (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    unit uuid NOT NULL,
    began date NOT NULL,
    ended date,
    name text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    parent uuid,
    began_by bigint NOT NULL,
    abolished date,
    basis bigint[] NOT NULL,
    known_from bigint NOT NULL,
    known_until bigint,
    PRIMARY KEY (ledger, build, unit, began, known_from)
);

CREATE TABLE IF NOT EXISTS units_v4.word_known (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    unit uuid NOT NULL,
    word text COLLATE "C" NOT NULL,
    known_from bigint NOT NULL,
    known_until bigint,
    PRIMARY KEY (ledger, build, unit, word, known_from)
);

CREATE INDEX IF NOT EXISTS unit_by_word_known ON units_v4.word_known (ledger, build, word, unit);
