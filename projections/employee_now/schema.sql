CREATE SCHEMA IF NOT EXISTS employee_now_v3;

CREATE TABLE IF NOT EXISTS employee_now_v3.state (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    employee uuid NOT NULL,
    began date NOT NULL,
    ended date,
    status text COLLATE "C",
    status_since date,
    status_by bigint,
    served_since date,
    post uuid,
    post_since date,
    post_by bigint,
    rank text COLLATE "C",
    rank_since date,
    rank_by bigint,
    contract_until date,
    contract_by bigint,
    away text COLLATE "C",
    away_since date,
    away_until date,
    away_by bigint,
    credit integer,
    credit_since date,
    credit_counts boolean,
    credit_by bigint,
    step_since date,
    deferred_until date,
    education text COLLATE "C",
    graduated date,
    duties integer NOT NULL,
    appraised_year integer,
    appraised_by bigint,
    born_on text COLLATE "C",
    sex text COLLATE "C",
    basis bigint[] NOT NULL,
    PRIMARY KEY (ledger, build, employee, began)
);

-- Of those serving, what ended long ago is seldom asked for: the end finds a day's states quicker than the beginning.
CREATE INDEX IF NOT EXISTS serving_until ON employee_now_v3.state (ledger, build, ended) WHERE status IS NOT NULL;
