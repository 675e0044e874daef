-- When a checkpoint was stored was bound by nothing and read by nobody: what cannot be checked is not kept.
ALTER TABLE ledger.checkpoint DROP COLUMN stored_at;
