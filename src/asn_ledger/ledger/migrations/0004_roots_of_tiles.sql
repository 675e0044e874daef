-- A proof needs the hashes above tiles that do not fill a tile of the next level yet: each tile keeps its root, computed
-- here, so that a service cannot store another than its hashes have.
CREATE FUNCTION ledger.tile_root(p_hashes bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    v_hashes bytea := p_hashes;
BEGIN
    WHILE octet_length(v_hashes) > 32 LOOP
        v_hashes := (
            SELECT string_agg(sha256('\x01'::bytea || substr(v_hashes, n * 64 + 1, 64)), ''::bytea ORDER BY n)
            FROM generate_series(0, octet_length(v_hashes) / 64 - 1) AS g (n)
        );
    END LOOP;
    RETURN v_hashes;
END
$function$;

ALTER TABLE ledger.tile ADD COLUMN root bytea CHECK (pg_catalog.octet_length(root) = 32);
ALTER TABLE ledger.tile DISABLE TRIGGER row_stays;
UPDATE ledger.tile SET root = ledger.tile_root(hashes) -- all ledgers: whatever tiles there are
;
ALTER TABLE ledger.tile ENABLE ALWAYS TRIGGER row_stays;
ALTER TABLE ledger.tile ALTER COLUMN root SET NOT NULL;

CREATE OR REPLACE FUNCTION ledger.store_tile(p_ledger text, p_level smallint, p_index bigint, p_hashes bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
    IF NOT EXISTS (
        SELECT FROM ledger.ledger h
        WHERE h.ledger = p_ledger AND (p_index + 1)::numeric * 256::numeric ^ (p_level + 1) <= h.size
    ) THEN
        RAISE EXCEPTION 'tile % of level % of % is not full', p_index, p_level, p_ledger USING ERRCODE = 'AL002';
    END IF;
    INSERT INTO ledger.tile (ledger, level, index, hashes, root)
    VALUES (p_ledger, p_level, p_index, p_hashes, ledger.tile_root(p_hashes))
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

REVOKE ALL ON FUNCTION ledger.tile_root(bytea) FROM PUBLIC;
