CREATE SCHEMA IF NOT EXISTS career_v6;

CREATE TABLE IF NOT EXISTS career_v6.period (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    employee uuid NOT NULL,
    axis text COLLATE "C" NOT NULL,
    began_by bigint NOT NULL,
    began date NOT NULL,
    state text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    began_text text COLLATE "C",
    ended date,
    ended_text text COLLATE "C",
    ended_by bigint,
    ended_restricted boolean NOT NULL,
    restricted_row boolean NOT NULL,
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
    until text COLLATE "C",
    detail text COLLATE "C",
    unit uuid,
    end_told boolean NOT NULL,
    PRIMARY KEY (ledger, build, employee, axis, began_by, began)
);
CREATE INDEX IF NOT EXISTS period_of_unit ON career_v6.period (ledger, build, unit) WHERE unit IS NOT NULL;
