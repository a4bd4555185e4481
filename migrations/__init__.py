"""The schema of the truth, as numbered steps forward: plain SQL, run by Alembic; projections are not in here.

A revision is a file `versions/NNNN_name.py` with `revision = "NNNN"`, `down_revision` = the number before (None for
the first), `additive` = whether programs that do not know it can still work on the database, and
`upgrade()`, which calls `migrations.sql.execute`. There is no way back: a backup is one.
"""
