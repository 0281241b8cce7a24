"""A setting that cannot be used is named in a sentence, without a stack trace and without its value."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

WRONG = (
    ({"GISREG_SERVER_PORT": "s3cret"}, "GISREG_SERVER_PORT: phải là số nguyên"),
    ({"GISREG_SERVER_PORT": "99999"}, "GISREG_SERVER_PORT: nhiều nhất là 65535"),
    ({"GISREG_REGION_BOUNDS": "s3cret"}, "GISREG_REGION_BOUNDS: không đọc được"),
    ({"gisreg_region_bounds": "s3cret"}, "GISREG_REGION_BOUNDS: không đọc được"),
    ({"GISREG_INSTANCE": "A s3cret"}, "GISREG_INSTANCE: phải theo mẫu"),
    (
        {"GISREG_DATABASE_POOL_SIZE": "0", "GISREG_DATABASE_POOL_TIMEOUT_S": "x"},
        "GISREG_DATABASE_POOL_TIMEOUT_S",
    ),
    (
        {
            "GISREG_MAIL_HOST": "mail.example.org",
            "GISREG_MAIL_SECURITY": "none",
            "GISREG_MAIL_PASSWORD": "s3cret",
        },
        "GISREG_MAIL_SECURITY=none chỉ dành cho",
    ),
    ({"GISREG_OIDC_ISSUER": "http://s3cret.example.org"}, "GISREG_OIDC_ISSUER"),
)


@pytest.mark.parametrize(("given", "told"), WRONG)
def test_a_setting_that_cannot_be_used_is_named(given: dict[str, str], told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gisreg.cli.main", "db", "status"],
        env=os.environ | given,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert "A setting cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
    assert "s3cret" not in done.stderr + done.stdout
