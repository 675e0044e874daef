-- The four ways in. They run with the owner's rights, so every name is qualified and nothing of the caller's is read:
-- a temporary table of the caller's would be a view with the owner's rights.

-- Take the head and keep it until the transaction ends. No row: no such ledger.
CREATE FUNCTION ledger.lock_head(p_ledger text)
RETURNS TABLE (size bigint, frontier bytea[], recorded_at timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
    SELECT h.size, h.frontier, h.recorded_at FROM ledger.ledger h WHERE h.ledger = p_ledger FOR UPDATE;
$function$;

-- Append facts behind a head of the expected size, and advance it to the frontier and root that they lead to.
-- The n-th element of the event arrays becomes position p_expected + n. Tags name their event by that n.
CREATE FUNCTION ledger.append(
    p_ledger text,
    p_expected bigint,
    p_frontier bytea[],
    p_root bytea,
    p_event_ids uuid[],
    p_recorded_at timestamptz[],
    p_types text[],
    p_entries bytea[],
    p_acts bytea[],
    p_persons bytea[],
    p_records bytea[],
    p_payloads bytea[],
    p_tags text[],
    p_tag_events integer[],
    p_tag_types text[],
    p_tag_seqs bigint[]
) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    v_count CONSTANT integer := cardinality(p_entries);
BEGIN
    IF v_count = 0 OR NOT (1 <= ALL (p_tag_events) AND v_count >= ALL (p_tag_events)) THEN
        RAISE EXCEPTION 'an append has facts, and tags of these facts alone' USING ERRCODE = 'AL002';
    END IF;
    UPDATE ledger.ledger h
    SET size = h.size + v_count, frontier = p_frontier, root = p_root, recorded_at = p_recorded_at[v_count]
    WHERE h.ledger = p_ledger AND h.size = p_expected;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the head of % is not at %', p_ledger, p_expected USING ERRCODE = 'AL001';
    END IF;
    INSERT INTO ledger.event (
        ledger, position, event_id, recorded_at, type, leaf, entry, act, person, record, payload
    )
    SELECT
        p_ledger, p_expected + e.n, e.event_id, e.recorded_at, e.type, sha256('\x00'::bytea || e.entry),
        e.entry, e.act, e.person, e.record, e.payload
    FROM unnest(p_event_ids, p_recorded_at, p_types, p_entries, p_acts, p_persons, p_records, p_payloads)
        WITH ORDINALITY AS e (event_id, recorded_at, type, entry, act, person, record, payload, n);
    INSERT INTO ledger.event_tag (ledger, tag, position, type, seq)
    SELECT p_ledger, t.tag, p_expected + t.event, t.type, t.seq
    FROM unnest(p_tags, p_tag_events, p_tag_types, p_tag_seqs) AS t (tag, event, type, seq);
    RETURN p_expected + v_count;
END
$function$;

-- Keep a signed note about the first p_size facts. The same note again changes nothing; another root is refused.
CREATE FUNCTION ledger.store_checkpoint(p_ledger text, p_size bigint, p_root bytea, p_note text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
    IF NOT EXISTS (
        SELECT FROM ledger.ledger h
        WHERE h.ledger = p_ledger AND (h.size > p_size OR (h.size = p_size AND h.root = p_root))
    ) OR EXISTS (
        SELECT FROM ledger.checkpoint c WHERE c.ledger = p_ledger AND c.size = p_size AND c.root <> p_root
    ) THEN
        RAISE EXCEPTION 'the checkpoint of % at % contradicts what is stored', p_ledger, p_size
            USING ERRCODE = 'AL002';
    END IF;
    INSERT INTO ledger.checkpoint (ledger, size, number, root, note)
    SELECT
        p_ledger, p_size,
        1 + (SELECT count(*) FROM ledger.checkpoint c WHERE c.ledger = p_ledger AND c.size = p_size),
        p_root, p_note
    WHERE NOT EXISTS (
        SELECT FROM ledger.checkpoint c WHERE c.ledger = p_ledger AND c.size = p_size AND c.note = p_note
    );
END
$function$;

-- Keep a full tile that the facts fill. The same tile again changes nothing; other hashes are refused.
CREATE FUNCTION ledger.store_tile(p_ledger text, p_level smallint, p_index bigint, p_hashes bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
    IF NOT EXISTS (
        SELECT FROM ledger.ledger h
        WHERE h.ledger = p_ledger AND (p_index + 1)::numeric * 256::numeric ^ (p_level + 1) <= h.size
    ) THEN
        RAISE EXCEPTION 'tile % of level % of % is not full', p_index, p_level, p_ledger USING ERRCODE = 'AL002';
    END IF;
    INSERT INTO ledger.tile (ledger, level, index, hashes) VALUES (p_ledger, p_level, p_index, p_hashes)
    ON CONFLICT DO NOTHING;
    IF NOT EXISTS (
        SELECT FROM ledger.tile t
        WHERE t.ledger = p_ledger AND t.level = p_level AND t.index = p_index AND t.hashes = p_hashes
    ) THEN
        RAISE EXCEPTION 'tile % of level % of % is stored with other hashes', p_index, p_level, p_ledger
            USING ERRCODE = 'AL002';
    END IF;
END
$function$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.lock_head(text) TO asn_ledger_service;
GRANT EXECUTE ON FUNCTION ledger.append(
    text, bigint, bytea[], bytea, uuid[], timestamptz[], text[], bytea[], bytea[], bytea[], bytea[], bytea[],
    text[], integer[], text[], bigint[]
) TO asn_ledger_service;
GRANT EXECUTE ON FUNCTION ledger.store_checkpoint(text, bigint, bytea, text) TO asn_ledger_service;
GRANT EXECUTE ON FUNCTION ledger.store_tile(text, smallint, bigint, bytea) TO asn_ledger_service;
