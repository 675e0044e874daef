-- Roles belong to the whole server, so they may be there already, or appear meanwhile from another database's migration.
DO $roles$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = 'asn_ledger_owner') THEN
        CREATE ROLE asn_ledger_owner NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = 'asn_ledger_service') THEN
        CREATE ROLE asn_ledger_service NOLOGIN;
    END IF;
    -- Who migrates acts as the owner; a superuser may without being made a member.
    BEGIN
        SET LOCAL ROLE asn_ledger_owner;
        RESET ROLE;
    EXCEPTION WHEN insufficient_privilege THEN
        GRANT asn_ledger_owner TO CURRENT_USER;
    END;
    -- The service owns its read models and accounts, each in a schema that it makes itself.
    IF NOT pg_catalog.has_database_privilege('asn_ledger_service', pg_catalog.current_database(), 'CREATE') THEN
        EXECUTE pg_catalog.format('GRANT CREATE ON DATABASE %I TO asn_ledger_service', pg_catalog.current_database());
    END IF;
END
$roles$;

CREATE SCHEMA IF NOT EXISTS ledger AUTHORIZATION asn_ledger_owner;
SET LOCAL ROLE asn_ledger_owner;
CREATE TABLE IF NOT EXISTS ledger.schema_version (
    version integer PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
INSERT INTO ledger.schema_version (version) VALUES (0) ON CONFLICT DO NOTHING;
GRANT USAGE ON SCHEMA ledger TO asn_ledger_service;
GRANT SELECT ON ledger.schema_version TO asn_ledger_service;
