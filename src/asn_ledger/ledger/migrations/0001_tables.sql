-- What the log keeps. Every key starts with the ledger, so that ledgers can be spread over servers by it.
-- Names are compared by their bytes, whatever the locale of the server.

-- The head: one row for each agency, and the only mutex. Each append updates it, so its page has room for new versions.
CREATE TABLE ledger.ledger (
    ledger text COLLATE "C" PRIMARY KEY,
    origin text COLLATE "C" NOT NULL,
    zone text NOT NULL,
    simulation boolean NOT NULL,
    size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
    frontier bytea[] NOT NULL DEFAULT '{}',
    root bytea NOT NULL CHECK (pg_catalog.octet_length(root) = 32),
    recorded_at timestamptz
) WITH (
    fillfactor = 20,
    autovacuum_vacuum_threshold = 200,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_cost_delay = 0
);

-- The facts: the leaf's entry, the three parts of its header, the payload. Rows stay whole and uncompressed in their page.
CREATE TABLE ledger.event (
    ledger text COLLATE "C" NOT NULL,
    position bigint NOT NULL CHECK (position > 0),
    event_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    type text COLLATE "C" NOT NULL,
    leaf bytea NOT NULL,
    entry bytea NOT NULL CHECK (pg_catalog.octet_length(entry) <= 65535),
    act bytea NOT NULL,
    person bytea NOT NULL,
    record bytea NOT NULL,
    payload bytea NOT NULL,
    PRIMARY KEY (ledger, position),
    UNIQUE (ledger, event_id)
) WITH (
    toast_tuple_target = 8160,
    autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0
);

-- Which facts concern what. seq is the running number of a subject's facts; null for tags that are no subject.
CREATE TABLE ledger.event_tag (
    ledger text COLLATE "C" NOT NULL,
    tag text COLLATE "C" NOT NULL CHECK (tag <> ''),
    position bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    seq bigint CHECK (seq > 0),
    PRIMARY KEY (ledger, tag, position) INCLUDE (type, seq)
) WITH (
    autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0
);

-- Full tiles of the tree (C2SP tlog-tiles): 256 hashes each.
CREATE TABLE ledger.tile (
    ledger text COLLATE "C" NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN 0 AND 63),
    index bigint NOT NULL CHECK (index >= 0),
    hashes bytea NOT NULL CHECK (pg_catalog.octet_length(hashes) = 8192),
    PRIMARY KEY (ledger, level, index)
);

-- Every signed note about the tree's size and root: the log's own, and the same with the witnesses' signatures.
CREATE TABLE ledger.checkpoint (
    ledger text COLLATE "C" NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    number integer NOT NULL CHECK (number > 0),
    root bytea NOT NULL CHECK (pg_catalog.octet_length(root) = 32),
    note text COLLATE "C" NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    PRIMARY KEY (ledger, size, number)
);

-- Also with session_replication_role set, also for rows that a subscription brings: what is stored is not changed.
CREATE FUNCTION ledger.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
    RAISE EXCEPTION 'what is recorded is never changed: % on %.%', tg_op, tg_table_schema, tg_table_name
        USING ERRCODE = 'AL002';
END
$function$;

CREATE FUNCTION ledger.refuse_lesser_head() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
    IF new.size <= old.size OR new.recorded_at < old.recorded_at OR new.ledger <> old.ledger
        OR new.origin <> old.origin OR new.zone <> old.zone OR new.simulation <> old.simulation
    THEN
        RAISE EXCEPTION 'the head of a ledger only grows' USING ERRCODE = 'AL002';
    END IF;
    RETURN new;
END
$function$;

CREATE TRIGGER head_grows BEFORE UPDATE ON ledger.ledger
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_lesser_head();
CREATE TRIGGER head_stays BEFORE DELETE ON ledger.ledger FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER heads_stay BEFORE TRUNCATE ON ledger.ledger EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER row_stays BEFORE UPDATE OR DELETE ON ledger.event
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER rows_stay BEFORE TRUNCATE ON ledger.event EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER row_stays BEFORE UPDATE OR DELETE ON ledger.event_tag
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER rows_stay BEFORE TRUNCATE ON ledger.event_tag EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER row_stays BEFORE UPDATE OR DELETE ON ledger.tile
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER rows_stay BEFORE TRUNCATE ON ledger.tile EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER row_stays BEFORE UPDATE OR DELETE ON ledger.checkpoint
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER rows_stay BEFORE TRUNCATE ON ledger.checkpoint EXECUTE FUNCTION ledger.refuse_change();

ALTER TABLE ledger.ledger ENABLE ALWAYS TRIGGER head_grows;
ALTER TABLE ledger.ledger ENABLE ALWAYS TRIGGER head_stays;
ALTER TABLE ledger.ledger ENABLE ALWAYS TRIGGER heads_stay;
ALTER TABLE ledger.event ENABLE ALWAYS TRIGGER row_stays;
ALTER TABLE ledger.event ENABLE ALWAYS TRIGGER rows_stay;
ALTER TABLE ledger.event_tag ENABLE ALWAYS TRIGGER row_stays;
ALTER TABLE ledger.event_tag ENABLE ALWAYS TRIGGER rows_stay;
ALTER TABLE ledger.tile ENABLE ALWAYS TRIGGER row_stays;
ALTER TABLE ledger.tile ENABLE ALWAYS TRIGGER rows_stay;
ALTER TABLE ledger.checkpoint ENABLE ALWAYS TRIGGER row_stays;
ALTER TABLE ledger.checkpoint ENABLE ALWAYS TRIGGER rows_stay;

GRANT SELECT ON ledger.ledger, ledger.event, ledger.event_tag, ledger.tile, ledger.checkpoint TO asn_ledger_service;
