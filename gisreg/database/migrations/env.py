"""Alembic's entry: run the revisions as the owner role, all in one transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from gisreg.database.connection import Role, engine

with engine(Role.OWNER).connect() as connection:
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS gisreg"))
    connection.commit()
    context.configure(connection=connection, version_table_schema="gisreg")
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
