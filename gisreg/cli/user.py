"""`gisreg user ...`: people, their roles and passwords."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from gisreg.access import oidc_people, passwords, people
from gisreg.access.actor import PersonRole, operator
from gisreg.cli.table import show
from gisreg.clock import now
from gisreg.database.connection import Role, transaction
from gisreg.errors import UsageError
from gisreg.said import both

app = typer.Typer(no_args_is_help=True, help="People: add, list, disable, roles, passwords.")

Login = Annotated[str, typer.Argument(help="What the person types to sign in.")]
Area = Annotated[str | None, typer.Option(metavar="CODE", help="Only in this commune.")]
Generate = Annotated[bool, typer.Option("--generate", help="Make a password and print it once.")]


@app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="As it is shown and kept in the history.")],
    organisation: Annotated[str | None, typer.Option(metavar="CODE", help="For whom he acts.")] = None,
    role: Annotated[list[PersonRole] | None, typer.Option(help="May be given more than once.")] = None,
    area: Area = None,
    email: Annotated[str | None, typer.Option(help="Where to reach the person.")] = None,
    generate: Generate = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Signs in at a provider only; see `gisreg user link`.")
    ] = False,
) -> None:
    """Add a person; asks for the password on the terminal."""
    if generate and no_password:
        raise UsageError(
            both(
                "Không dùng cùng lúc --generate và --no-password.",
                "--generate and --no-password contradict each other.",
            ),
            hint=both("Hãy chọn một trong hai.", "Give one of them."),
        )
    password = None if no_password else _new_password(generate)
    with transaction(Role.WORKER, operator()) as connection:
        people.create(connection, login, name, organisation=organisation, password=password, email=email)
        for wanted in role or []:
            bound = area if wanted in people.BOUND else None
            people.grant(connection, login, wanted, operator().person, area=bound)
    typer.echo(f"Added: {login}.")
    if password is not None:
        _print_once(generate, password)


@app.command(name="list")
def list_() -> None:
    """List people with their roles."""
    with transaction(Role.WORKER) as connection:
        found = people.people(connection)
    show(
        ("login", "name", "organisation", "roles", "state"),
        ((one.login, one.name, one.organisation, ", ".join(one.roles), _state(one)) for one in found),
    )


@app.command()
def disable(login: Login) -> None:
    """Let a person in no more: sessions end, keys stop working, the history keeps the name."""
    with transaction(Role.WORKER, operator()) as connection:
        people.set_active(connection, login, False)
    typer.echo(f"Disabled: {login}.")


@app.command()
def enable(login: Login) -> None:
    """Let a person in again."""
    with transaction(Role.WORKER, operator()) as connection:
        people.set_active(connection, login, True)
    typer.echo(f"Enabled: {login}.")


@app.command()
def password(login: Login, generate: Generate = False) -> None:
    """Set a new password, asked for on the terminal; the person's sessions end."""
    with transaction(Role.WORKER) as connection:
        people.person_id(connection, login)
    wanted = _new_password(generate)
    with transaction(Role.WORKER, operator()) as connection:
        people.set_password(connection, login, wanted)
    typer.echo(f"New password for {login}.")
    _print_once(generate, wanted)


@app.command()
def grant(
    login: Login,
    role: Annotated[PersonRole, typer.Argument(help="What the person may do.")],
    area: Area = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day without the role.")
    ] = None,
) -> None:
    """Give a person a role."""
    end = None if until is None else until.replace(tzinfo=now().tzinfo)
    with transaction(Role.WORKER, operator()) as connection:
        people.grant(connection, login, role, operator().person, area=area, valid_to=end)
    typer.echo(f"{login} is {role} now.")


@app.command()
def revoke(
    login: Login,
    role: Annotated[PersonRole, typer.Argument(help="Which role to take away.")],
    area: Area = None,
) -> None:
    """Take a role away."""
    with transaction(Role.WORKER, operator()) as connection:
        people.revoke(connection, login, role, area=area)
    typer.echo(f"{login} is not {role} any more{f' in {area}' if area else ''}.")


@app.command()
def link(
    login: Login,
    issuer: Annotated[str, typer.Option(help="Address of the sign-in provider, as in GISREG_OIDC_ISSUER.")],
    subject: Annotated[str, typer.Option(help="Number of the person's account there (its `sub`).")],
) -> None:
    """Let a person sign in at a provider; the sessions that he has end."""
    with transaction(Role.WORKER, operator()) as connection:
        oidc_people.link(connection, login, issuer, subject)
    typer.echo(f"Linked: {login}.")


@app.command()
def unlink(login: Login) -> None:
    """Let a person sign in at the provider no more; the sessions that he has end."""
    with transaction(Role.WORKER, operator()) as connection:
        oidc_people.unlink(connection, login)
    typer.echo(f"Unlinked: {login}.")


def _state(person: people.Person) -> str:
    if not person.is_active:
        return "disabled"
    return "locked" if person.is_locked else "active"


def _new_password(generate: bool) -> str:
    if generate:
        return passwords.generated()
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _print_once(generate: bool, password: str) -> None:
    if generate:
        typer.echo(f"Password (shown this once): {password}")
