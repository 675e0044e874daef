CREATE SCHEMA IF NOT EXISTS directory_v4;

CREATE TABLE IF NOT EXISTS directory_v4.person (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    employee uuid NOT NULL,
    began date NOT NULL,
    ended date,
    name text COLLATE "C",
    nip text COLLATE "C",
    sort_name text COLLATE "C" NOT NULL,
    erased boolean NOT NULL,
    began_by bigint NOT NULL,
    PRIMARY KEY (ledger, build, employee, began_by)
);

CREATE INDEX IF NOT EXISTS person_by_nip ON directory_v4.person (ledger, build, nip);

CREATE TABLE IF NOT EXISTS directory_v4.word (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    employee uuid NOT NULL,
    word text COLLATE "C" NOT NULL,
    PRIMARY KEY (ledger, build, employee, word)
);

CREATE INDEX IF NOT EXISTS person_by_word ON directory_v4.word (ledger, build, word, employee);

CREATE TABLE IF NOT EXISTS directory_v4.person_known (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    employee uuid NOT NULL,
    began date NOT NULL,
    ended date,
    name text COLLATE "C",
    nip text COLLATE "C",
    sort_name text COLLATE "C" NOT NULL,
    erased boolean NOT NULL,
    began_by bigint NOT NULL,
    known_from bigint NOT NULL,
    known_until bigint,
    PRIMARY KEY (ledger, build, employee, began_by, known_from)
);

CREATE TABLE IF NOT EXISTS directory_v4.word_known (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    employee uuid NOT NULL,
    word text COLLATE "C" NOT NULL,
    known_from bigint NOT NULL,
    known_until bigint,
    PRIMARY KEY (ledger, build, employee, word, known_from)
);

CREATE INDEX IF NOT EXISTS person_by_word_known ON directory_v4.word_known (ledger, build, word, employee);
