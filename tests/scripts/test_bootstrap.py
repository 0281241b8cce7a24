"""scripts/bootstrap is exact about what lacks where it may not install."""

from __future__ import annotations

import shutil

from gisreg.system import run
from tests.support.accounts import CLONE, ordinary_user


def test_every_package_has_a_group_and_a_reason() -> None:
    lines = (CLONE / "scripts" / "debian-packages.txt").read_text().splitlines()
    entries = [line.split(maxsplit=2) for line in lines if line and not line.startswith("#")]
    assert entries
    assert {entry[0] for entry in entries} == {"demo", "test"}
    assert all(len(entry) == 3 for entry in entries)


def test_an_account_that_may_not_install_is_told_the_command() -> None:
    with ordinary_user() as user:
        shutil.copytree(CLONE / "scripts", user.home / "clone" / "scripts")
        with (user.home / "clone" / "scripts" / "debian-packages.txt").open("a") as file:
            file.write("demo  gisreg-no-such-package  to have one that lacks\n")
        # Without new privileges sudo does nothing, also where the one who runs the tests may use it.
        command = ["setpriv", "--no-new-privs", user.home / "clone" / "scripts" / "bootstrap"]
        answer = run(command, user=user.account)
    assert answer.returncode == 1
    assert "apt-get install --no-install-recommends" in answer.stderr
    assert "gisreg-no-such-package" in answer.stderr
    assert answer.stdout == "", "nothing was tried"
