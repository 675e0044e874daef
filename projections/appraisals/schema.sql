CREATE SCHEMA IF NOT EXISTS appraisals_v2;

CREATE TABLE IF NOT EXISTS appraisals_v2.appraisal (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    employee uuid NOT NULL,
    position bigint NOT NULL,
    year integer NOT NULL,
    state text COLLATE "C" NOT NULL,
    counts boolean NOT NULL,
    day date NOT NULL,
    day_text text COLLATE "C",
    months integer,
    appraiser uuid,
    post uuid,
    ended date,
    review boolean NOT NULL,
    decree uuid NOT NULL,
    "row" integer NOT NULL,
    number text COLLATE "C",
    decided_on text COLLATE "C",
    issuer text COLLATE "C" NOT NULL,
    signed_as text COLLATE "C" NOT NULL,
    basis bigint[] NOT NULL,
    struck_by bigint,
    replaced boolean NOT NULL,
    PRIMARY KEY (ledger, build, employee, position)
);
