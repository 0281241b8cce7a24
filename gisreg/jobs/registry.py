"""Every job that the worker knows: add a line here."""

from __future__ import annotations

from gisreg.history.chain import seal_step
from gisreg.history.export import deliver, request_exports
from gisreg.jobs.cleaning import clean, settle_cells
from gisreg.jobs.work import Periodic, Task

TASKS = (Task("history.deliver_head", deliver),)

PERIODIC = (
    Periodic("history.seal", "* * * * *", seal_step),
    Periodic("history.export_head", "*/10 * * * *", request_exports),
    Periodic("tiles.settle", "*/5 * * * *", settle_cells),
    Periodic("jobs.clean", "20 * * * *", clean),
)
