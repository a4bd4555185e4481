"""Alembic migrations: plain SQL, forward only, truth tables only."""
