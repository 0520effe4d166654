"""An SQL statement for a question: it names the tables and columns that the prompt defines, and it parses."""

from __future__ import annotations

from mockserver.workersai.conversation import Conversation
from mockserver.workersai.fakes.sql_changes import change
from mockserver.workersai.fakes.sql_dialects import dialect_in
from mockserver.workersai.fakes.sql_plan import Schema, written
from mockserver.workersai.fakes.sql_questions import Question
from mockserver.workersai.fakes.sql_select import select
from mockserver.workersai.fakes.sql_tables import tables_in, without_tables
from mockserver.workersai.fakes.sql_typical import typical

_LONGEST = 20_000
_LONGEST_QUESTION = 2_000


def write(conversation: Conversation, seed: bytes) -> str:
    """Return one statement about the question: a SELECT, unless it asks for a change.

    The table and the columns are those of the prompt's schema that the question speaks of, else the first ones; what
    it asks of the rows is their WHERE, "per" and "for each" are GROUP BY. A question that counts, adds up or ranks
    gets an aggregate; one about several tables joins them by the keys between them.
    """
    said = "\n".join([turn.text for turn in conversation.turns])[-_LONGEST:]
    question = without_tables(conversation.prompt[-_LONGEST:])[-_LONGEST_QUESTION:]
    tables = [each for each in tables_in(said) if each.columns] or typical(question)
    schema = Schema(tables, dialect_in(said))
    return f"{change(question, schema) or written(select(Question(question, schema)), schema)};"
