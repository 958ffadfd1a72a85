"""Writes the pages of this folder that are made from the code, so that they cannot fall behind.

Run it with `make docs`. A test compares the pages with what this would write.
"""

import ast
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import click

HERE = Path(__file__).parent
NOTE = "<!-- Made by `make docs` from the code. Change it there. -->\n"


def cli_page() -> str:
    """Return the page of every command: what `--help` says."""
    from csmdesk.cli.main import cli

    parts = [
        NOTE,
        "# The command line\n",
        "Everything the workbench does for one account or one day, the command line does as text"
        " for people and, with `--json`, as a document for machines.\n",
        "- A document is all that is printed on standard output; messages go to standard error.",
        "- Exit codes: 0 done, 1 failed (`error: …` in one line says why), 2 wrong usage;"
        " `sync` adds 3 (something has to wait) and 4 (something needs you);"
        " `agenda --line` ends with 5 while a deadline is hard.",
        "- ACCOUNT is an id, or a part of a name that only one account has; case and accents do"
        " not matter.",
        "- INSTANT is written like `2026-03-09T08:30:00+01:00`, DATE like `2026-03-09`.\n",
        "The shapes of the documents stand in [book-format.md](book-format.md) and at the end"
        " of this page.\n",
    ]
    context = cli.make_context("csmdesk", [], resilient_parsing=True, terminal_width=96)
    parts.append(_help("csmdesk", cli, context))
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        if command is not None and not command.hidden:
            parts.append(_command(f"csmdesk {name}", command, context))
    parts.append((HERE / "shapes.md").read_text(encoding="utf-8"))
    return "\n".join(parts)


def config_page() -> str:
    """Return the page of every setting, with its default and what it means."""
    from csmdesk import config
    from csmdesk.config import Config
    from csmdesk.domain.agenda.config import AgendaConfig
    from csmdesk.usecases.configuration import written

    file = "~/.config/csmdesk/config.toml"
    parts = [
        NOTE,
        "# The settings\n",
        f"Settings are read from a TOML file: `{file}` on Linux, the platform's own place"
        " elsewhere (`csmdesk config path` prints it), or the file of `--config` or"
        " `CSMDESK_CONFIG`. Nothing has to be set.\n",
        "A value comes from the first of these that names it:\n",
        "1. the book's own settings (`settings` in the [book format](book-format.md))",
        "2. a flag of this run: `csmdesk --set agenda.focus_share=100 agenda`",
        "3. the environment: `CSMDESK_` and the name, for example `CSMDESK_DISPLAY_THEME` or"
        " `CSMDESK_AGENDA_FOCUS_SHARE`; tables and lists are written as JSON",
        "4. the file",
        "5. the default\n",
        "`csmdesk config show` prints every value in force and where it comes from;"
        " `csmdesk config validate` checks the file. An unknown name is an error that says which"
        " name was probably meant, with the file and the line.\n",
        "```toml",
        'timezone = "Europe/Berlin"',
        "",
        "[display]",
        'theme = "csmdesk-light"',
        "",
        "[agenda]",
        "focus_share = 50",
        "cadence_segment = { high = 10, mid = 30, low = 90 }",
        "```\n",
    ]
    default, model, texts = Config(), AgendaConfig(), _about(Config)
    for item in fields(Config):
        value = getattr(default, item.name)
        about = texts.get(item.name, "")
        if item.name == "agenda":
            parts.append(f"## [agenda]\n\n{about}\n")
            parts.append(_table(AgendaConfig, lambda name: written(getattr(model, name))))
        elif isinstance(value, Mapping):
            parts.append(f"## [{item.name}]\n\n{about}\n")
        elif type(value).__module__ == config.__name__:
            kind = type(value)
            parts.append(f"## [{item.name}]\n\n{inspect.getdoc(kind)}\n")
            parts.append(_table(kind, lambda name, of=value: written(getattr(of, name))))
        else:
            parts.append(f"## {item.name}\n\n{about}\n")
    parts.append(
        "## Variables without a setting\n\n"
        "| variable | meaning |\n| --- | --- |\n"
        "| `CSMDESK_STORE` | the store, like `--store` |\n"
        "| `CSMDESK_CONFIG` | the settings file, like `--config` |\n"
        "| `CSMDESK_TOKEN_HUBSPOT` | HubSpot's access token; `…_HUBSPOT_<portal id>` for one"
        " portal |\n"
        "| `CSMDESK_TOKEN_HUBSPOT_FILE` | a file of mode 0600 with the token on its first line |\n"
        "| `CSMDESK_TOKEN_HUBSPOT_COMMAND` | a command that prints the token |\n"
        "| `CSMDESK_SANDBOX_TOKEN` | the token `csmdesk sandbox` accepts |\n"
        "| `NO_COLOR` | no colours |\n"
    )
    return "\n".join(parts)


def pages() -> dict[str, Callable[[], str]]:
    """Return every generated page by its file name."""
    from csmdesk.tui.commands import keys_page

    return {"cli.md": cli_page, "config.md": config_page, "keys.md": keys_page}


def _command(path: str, command: click.Command, parent: click.Context) -> str:
    """Return a command's section, and those of the commands under it."""
    context = click.Context(
        command, info_name=path.rpartition(" ")[2], parent=parent, terminal_width=96
    )
    parts = [_help(path, command, context)]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                parts.append(_command(f"{path} {name}", inner, context))
    return "\n".join(parts)


def _help(path: str, command: click.Command, context: click.Context) -> str:
    return f"## `{path}`\n\n```\n{command.get_help(context).strip()}\n```\n"


def _table(kind: type, value: Callable[[str], str]) -> str:
    """Return a table of a dataclass: names, defaults and the text that stands under each field."""
    about = _about(kind)
    rows = [
        f"| `{item.name}` | `{value(item.name)}` | {about.get(item.name, '')} |"
        for item in fields(kind)
    ]
    return "\n".join(["| name | default | meaning |", "| --- | --- | --- |", *rows, ""])


def _about(kind: type) -> dict[str, str]:
    """Return the text that stands under each field in the source of a dataclass."""
    tree = ast.parse(inspect.getsource(kind))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    found: dict[str, str] = {}
    for field, after in pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            found[field.target.id] = " ".join(str(after.value.value).split())
    return found


def main() -> None:
    """Write the pages."""
    for name, page in pages().items():
        (HERE / name).write_text(page(), encoding="utf-8")
        sys.stdout.write(f"docs/{name}\n")


if __name__ == "__main__":
    main()
