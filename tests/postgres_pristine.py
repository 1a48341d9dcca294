"""Bring a used database of a test back to what it was: a hundred times quicker than to make a new one."""

from typing import Any

import psycopg
from psycopg import sql

Shape = tuple[object, ...]

VERSION = "alembic_version"

_RELATIONS = """
SELECT n.nspname, c.relname, c.relkind::text, c.relnatts, c.relchecks, c.relhastriggers
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^(pg_|information_schema)' ORDER BY 1, 2
"""
_OTHERS = """
SELECT
  (SELECT array_agg(nspname ORDER BY 1) FROM pg_namespace WHERE nspname !~ '^pg_'),
  (SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE n.nspname !~ '^(pg_|information_schema)'),
  (SELECT array_agg(attname || atttypid::text || attnotnull ORDER BY attrelid::regclass::text, attnum)
   FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'public'),
  (SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
   WHERE d.datname = current_database())
"""
_END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Pristine:
    """How the database at `url` is now, for others that are copies of it."""

    def __init__(self, url: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            self._shape = _shape(connection)
            relations = connection.execute(_RELATIONS).fetchall()
            tables = [row[1] for row in relations if row[2] == "r" and row[1] != VERSION]
            sequences = [row[1] for row in relations if row[2] == "S"]
            self._rows = {table: _copy_out(connection, table) for table in tables}
        emptied = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in tables]
        begun = [sql.SQL("SELECT setval({}, 1, false)").format(sql.Literal(name)) for name in sequences]
        # Without its triggers, which are the foreign keys: everything goes, in whatever order.
        self._empty = sql.SQL("; ").join([sql.SQL("SET session_replication_role = replica"), *emptied, *begun])

    def restore(self, url: str) -> bool:
        """Put the rows back as they were, and end everybody's sessions; False where more than rows was changed."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_END_OTHERS)
            if _shape(connection) != self._shape:
                return False
            connection.execute(self._empty)
            for table, rows in self._rows.items():
                if rows:
                    _copy_in(connection, table, rows)
            return True


def _shape(connection: psycopg.Connection[Any]) -> Shape:
    """All that a test could have changed besides rows: tables, columns, functions, the database's own settings."""
    others = connection.execute(_OTHERS).fetchone()
    relations = connection.execute(_RELATIONS).fetchall()
    known = any(row[1] == VERSION for row in relations)
    version = connection.execute(f"SELECT version_num FROM {VERSION}").fetchall() if known else []
    return (relations, others, version)


def _copy_out(connection: psycopg.Connection[Any], table: str) -> bytes:
    query = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor().copy(query) as copy:
        return b"".join(bytes(piece) for piece in copy)


def _copy_in(connection: psycopg.Connection[Any], table: str, rows: bytes) -> None:
    query = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
    with connection.cursor().copy(query) as copy:
        copy.write(rows)
