-- What the engine itself keeps. The service's role makes and owns it, as it does the read models' own schemas.
CREATE SCHEMA IF NOT EXISTS readmodels;

-- How far each read model of each ledger has come, and which of its builds is read. No live build: it must be rebuilt.
-- The row is the lock of whoever applies facts.
CREATE TABLE IF NOT EXISTS readmodels.follower (
    ledger text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    live_build integer,
    last_build integer NOT NULL DEFAULT 0,
    position bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (ledger, name, version)
) WITH (fillfactor = 20, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);

-- The row is the lock of whoever makes a build beside the live one, for as long as that takes.
CREATE TABLE IF NOT EXISTS readmodels.builder (
    ledger text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (ledger, name, version)
);

-- Which tag of one person stands for another one, and from which position on that is known.
CREATE TABLE IF NOT EXISTS readmodels.same (
    ledger text COLLATE "C" NOT NULL,
    tag text COLLATE "C" NOT NULL,
    from_position bigint NOT NULL,
    canonical text COLLATE "C" NOT NULL,
    PRIMARY KEY (ledger, tag, from_position)
);

-- Which read models stand before a fact that they cannot take, why, and since when; the others go on without them.
CREATE TABLE IF NOT EXISTS readmodels.stopped (
    ledger text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    position bigint NOT NULL,
    reason text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (ledger, name, version)
);
