"""
The database: the record of what was decided.

SQLAlchemy Core (tables, no ORM) and Alembic.  What is SQLite's own stands in ``engine``; the one
place that writes is ``store``, which writes the journal entry in the same transaction.
"""
