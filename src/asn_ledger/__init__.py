"""ASN Ledger: every career action of a civil servant as an immutable fact, every answer rebuilt from the facts.

The rooms, and what each keeps (docs/architecture.md says more):

settings     one frozen Settings, read once, passed down
logs         what the process logs, with nobody's data in it
domain       pure: what the law knows (terms, events, folds, rules, decisions)
proof        pure bytes: canonical JSON, Merkle tree, checkpoint, verify
language     Indonesian and English
pictures     data in, SVG out
ledger       the log's I/O: recorder, writer, plan and commit, vault, checkpoints, embedded server
documents    scans of decrees: named by their content, sealed
readmodels   the engine: live, rebuild, replay, compare
accounts     people who log in, tokens; authorise: the one gate. Its desk keeps work that is not yet a fact
witness      cosigns other people's logs; knows hashes and sizes alone
simulation   a made-up city; shares no code with domain
web          HTTP only
cli          asn-ledger <command>
app          composition root

Imports point down: cli -> app -> (web | witness) -> accounts -> projections -> readmodels -> documents -> ledger
-> (domain | proof | settings | logs | language | pictures); simulation is imported by cli alone.
"""
