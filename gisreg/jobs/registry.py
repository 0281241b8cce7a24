"""Every job that the worker knows: add a line here."""

from __future__ import annotations

from gisreg.flagging.later import TASK as FLAGGING
from gisreg.flagging.later import run_nightly, run_whole
from gisreg.history.chain import seal_step
from gisreg.history.export import deliver, request_exports
from gisreg.history.watch import watch
from gisreg.importing.deciding import FOLLOW, TAKE, TRY
from gisreg.jobs.cleaning import clean, settle_cells
from gisreg.jobs.coordination import deliver_notices, escalate_notices, escalate_proposals
from gisreg.jobs.imports import clean_uploads, follow_upload, take_upload, try_upload
from gisreg.jobs.matching import propose_matches
from gisreg.jobs.work import Periodic, Task
from gisreg.matching.asking import TASK as PROPOSE
from gisreg.zones.rebuild import TASK as REBUILDING
from gisreg.zones.rebuild import rebuild_later

TASKS = (
    Task("history.deliver_head", deliver),
    Task(FLAGGING, run_whole),
    Task(REBUILDING, rebuild_later),
    Task(TRY, try_upload),
    Task(TAKE, take_upload),
    Task(FOLLOW, follow_upload),
    Task(PROPOSE, propose_matches),
)

PERIODIC = (
    Periodic("history.seal", "* * * * *", seal_step),
    Periodic("history.export_head", "*/10 * * * *", request_exports),
    # Half past two at night in Vietnam.
    Periodic("history.verify", "30 19 * * *", watch),
    Periodic("tiles.settle", "*/5 * * * *", settle_cells),
    Periodic("proposals.escalate", "5 * * * *", escalate_proposals),
    Periodic("notices.escalate", "10 * * * *", escalate_notices),
    Periodic("notices.deliver", "* * * * *", deliver_notices),
    # A quarter past midnight in Vietnam.
    Periodic("flagging.nightly", "15 17 * * *", run_nightly),
    Periodic("jobs.clean", "20 * * * *", clean),
    Periodic("imports.clean", "25 * * * *", clean_uploads),
)
