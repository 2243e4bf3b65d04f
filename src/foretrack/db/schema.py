"""
The tables as the database keeps them: keys, what may not be missing, checks and indexes.

They are made from the columns in ``tables``.  Only what makes or compares schemas needs them: the
checks are the database's to keep, and naming an option of PostgreSQL's loads its whole dialect,
which every start would pay for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from foretrack.db import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""
The tables with their indexes: what the migrations must arrive at.
"""

journal = sa.Table(
    tables.journal.name,
    metadata,
    *(
        sa.Column(
            column.name,
            column.type,
            primary_key=column.name == "sequence",
            autoincrement=False,
            nullable=column.name in ("body", "reason"),
        )
        for column in tables.journal.c
    ),
    sa.UniqueConstraint("hash"),
    sa.Index(None, "entity", "entity_id"),
)


def _versions(of: sa.TableClause, *checks: tuple[str, str], optional: str = "") -> sa.Table:
    """
    A table of versions.

    Args:
        of: Its columns.
        checks: What must hold in every row: the name of the check, and its SQL.
        optional: The columns that may be empty.
    """
    keys = ("id", "recorded")
    stamps = ("recorded", "superseded")
    return sa.Table(
        of.name,
        metadata,
        *(
            sa.Column(
                column.name,
                column.type,
                *([sa.ForeignKey(journal.c.sequence)] if column.name in stamps else []),
                primary_key=column.name in keys,
                nullable=column.name in ("superseded", *optional.split()),
            )
            for column in of.c
        ),
        sa.CheckConstraint("superseded > recorded", name="later"),
        *(sa.CheckConstraint(sql, name=name) for name, sql in checks),
    )


source = _versions(tables.source, optional="lexicon note")

article = _versions(
    tables.article,
    ("dates", "earliest <= latest"),
    optional="outlet address sha256 words note",
)

question = _versions(
    tables.question,
    ("window", "opens <= closes"),
    ("base_rate", "base_rate BETWEEN 0 AND 1"),
    ("condition", "(condition_statement IS NULL) = (condition_criteria IS NULL)"),
    optional="condition_statement condition_criteria base_rate status_quo cluster note",
)

claim = _versions(
    tables.claim,
    ("probability", "probability BETWEEN 0 AND 1"),
    ("forecast_or_reason", "(question IS NULL) <> (unscorable IS NULL)"),
    ("one_stance", "question IS NULL OR ((phrase IS NULL) <> (probability IS NULL))"),
    optional=(
        "section paragraph phrase probability horizon_words horizon_basis question unscorable "
        "joint attributed_to duplicate_of note"
    ),
)

ledger = _versions(
    tables.ledger,
    ("outcome_of", "(kind = 'resolution') = (outcome IS NOT NULL)"),
    ("reopens_of", "(kind = 'reopening') = (reopens IS NOT NULL)"),
    ("state_of", "(kind = 'condition') = (state IS NOT NULL)"),
    ("happened", "happened IS NULL OR (outcome = 'yes' AND happened <= decided)"),
    ("yes_happened", "outcome <> 'yes' OR happened IS NOT NULL"),
    ("impossible", "impossible IS NULL OR (outcome = 'no' AND impossible <= decided)"),
    optional="outcome happened impossible reopens state since reason note",
)

review = _versions(
    tables.review,
    ("closed", "closed >= started"),
    ("minutes", "(closed IS NULL) = (document IS NULL)"),
    optional="closed document",
)

postponement = _versions(tables.postponement, ("again", "again > decided"), optional="note")

remark = _versions(tables.remark, optional="question")

task = _versions(tables.task, optional="who due done")


def _live(
    table: sa.Table,
    *names: str,
    unique: bool = False,
    where: sa.ColumnElement[bool] | None = None,
    called: str | None = None,
) -> sa.Index:
    """
    An index over the live versions.
    """
    live: sa.ColumnElement[bool] = table.c.superseded.is_(None)
    if where is not None:
        live = sa.and_(live, where)
    middle = [called] if called else names
    return sa.Index(
        "_".join(("uq" if unique else "ix", table.name, *middle, "live")),
        *(table.c[name] for name in names),
        unique=unique,
        sqlite_where=live,
        postgresql_where=live,
    )


def _indexes() -> Iterator[sa.Index]:
    """
    The indexes over live versions, and the rule that an id has one live version at most.
    """
    for clause in tables.VERSIONED.values():
        yield _live(metadata.tables[clause.name], "id", unique=True)
    # Rows are wide: with these and the ledger's the queue is answered from indexes alone.
    stated = question.c.condition_statement
    yield _live(question, "closes", "id", where=stated.is_(None), called="closes_id_unconditional")
    yield _live(question, "closes", "id", where=stated.is_not(None), called="closes_id_conditional")
    yield _live(ledger, "question", "position", "kind", "decided")
    # So are scorecards.  SQLite reads the row itself for a condition on a column that is not here.
    said = "source article phrase probability polarity reading horizon_basis horizon_words question"
    yield _live(claim, *said.split(), "superseded", called="said")
    yield _live(claim, "question")
    yield _live(claim, "article")
    yield _live(claim, "unscorable", where=claim.c.unscorable.is_not(None))
    yield _live(postponement, "question")


INDEXES = tuple(_indexes())
