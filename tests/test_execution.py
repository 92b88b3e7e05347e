"""How the book's cells are run: what a build prepares before it forks."""

from types import SimpleNamespace

import pytest
from jupyter_cache import get_cache
from jupyter_cache.cache import db
from sqlalchemy import create_engine, event, inspect
from sqlalchemy.exc import OperationalError

import execution


def test_the_cache_is_there_before_two_processes_ask_for_it(tmp_path):
    folder = tmp_path / "cache"
    execution.create_cache(SimpleNamespace(config=SimpleNamespace(nb_execution_cache_path=folder)))
    engine = get_cache(folder).db
    assert "settings" in inspect(engine).get_table_names()
    engine.dispose()


def test_upstream_still_fails_when_two_processes_create_a_cache(tmp_path, monkeypatch):
    """The day this fails, `execution.create_cache` is no longer needed."""
    ours, theirs = (create_engine(f"sqlite:///{tmp_path / db.DB_NAME}") for _ in range(2))

    def another_process(target, connection, **options):
        db.OrmBase.metadata.create_all(theirs)

    monkeypatch.setattr(db, "create_engine", lambda url: ours)
    event.listen(db.OrmBase.metadata, "before_create", another_process, once=True)
    with pytest.raises(OperationalError, match="already exists"):
        db.create_db(tmp_path)
    ours.dispose()
    theirs.dispose()
