"""A private cluster of a benchmark's own, thrown away at its end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def throw_away(instance: str, *, keep: bool = False) -> Iterator[bool]:
    """Run a provisioned private cluster inside the block; yield whether it is an empty one.

    Args:
        instance: name of the data folder; nothing else uses it.
        keep: leave the data, and use what an earlier run left.
    """
    os.environ["GISREG_INSTANCE"] = instance
    from gisreg.database.address import private_cluster
    from gisreg.database.connection import dispose_engines
    from gisreg.database.migrate import upgrade
    from gisreg.database.provision import provision
    from gisreg.settings import get_settings

    get_settings.cache_clear()
    home = get_settings().home
    cluster = private_cluster()
    fresh = not (keep and home.exists())
    if fresh:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)
    cluster.start()
    try:
        if fresh:
            provision()
        # Also what is kept gets the newest functions and policies.
        upgrade()
        yield fresh
    finally:
        dispose_engines()
        cluster.stop()
        if not keep:
            shutil.rmtree(home, ignore_errors=True)
