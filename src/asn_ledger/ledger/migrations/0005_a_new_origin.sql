-- A ledger that lost what others have seen goes on under another origin, so that nobody is asked to accept less than they
-- saw. That, and only that, may change of a head that does not grow; the service has no right to change a head.
CREATE OR REPLACE FUNCTION ledger.refuse_lesser_head() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
BEGIN
    IF new.ledger <> old.ledger OR new.zone <> old.zone OR new.simulation <> old.simulation
        OR new.recorded_at < old.recorded_at
        OR (new.origin = old.origin AND new.size <= old.size)
        OR (
            new.origin <> old.origin
            AND (new.size, new.root, new.frontier, new.recorded_at)
                IS DISTINCT FROM (old.size, old.root, old.frontier, old.recorded_at)
        )
    THEN
        RAISE EXCEPTION 'the head of a ledger only grows' USING ERRCODE = 'AL002';
    END IF;
    RETURN new;
END
$function$;
