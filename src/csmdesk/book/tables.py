"""CSV files as books: which column is which field, and what a cell means.

A table of accounts may carry its contract in the same line (`subscription.arr`,
`subscription.term_end`, …). Nothing is checked here: the document that comes out is read like
any other book, and `Table.place` says where in the file a problem stands.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from csmdesk.book.problems import Problem, Step
from csmdesk.book.schema import schema
from csmdesk.domain.names import fold
from csmdesk.errors import InputError
from csmdesk.text import clean_text

LISTS = ("accounts", "contacts", "subscriptions", "tasks", "measurements")
"""The lists a CSV file can hold."""

_MODELS = {"accounts": "Account", "contacts": "Contact", "subscriptions": "Subscription",
           "tasks": "Task", "measurements": "Measurement"}  # fmt: skip
_ALSO: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "accounts": {
        "id": ("account id", "company id", "record id"),
        "name": ("account", "account name", "company", "company name", "customer"),
        "domain": ("website", "domain name", "company domain name"),
        "start_on": ("customer since", "start date", "start"),
        "segment": ("touch model", "tier"),
        "subscription.arr": ("arr", "annual recurring revenue", "contract value"),
        "subscription.term_end": ("renewal date", "renewal", "term end", "contract end"),
        "subscription.auto_renew": ("auto renew", "auto renewal", "automatic renewal"),
        "subscription.notice_days": ("notice days", "notice period", "notice"),
        "subscription.product": ("product", "plan"),
    },
    "contacts": {
        "id": ("contact id", "record id"),
        "name": ("contact", "contact name", "full name"),
        "title": ("job title", "role"),
        "email": ("e-mail", "email address", "mail"),
        "phone": ("phone number", "telephone"),
        "account": ("account name", "company", "company name", "customer"),
    },
    "subscriptions": {
        "account": ("account name", "company", "customer"),
        "term_end": ("renewal date", "contract end", "end date"),
        "start_on": ("start date", "start"),
        "auto_renew": ("auto renewal", "automatic renewal"),
    },
    "tasks": {"account": ("account name", "company"), "title": ("task", "subject")},
    "measurements": {"account": ("account name", "company"), "on": ("date", "day")},
}
_TRUTHS = {"yes": True, "true": True, "1": True, "y": True} | {
    "no": False, "false": False, "0": False, "n": False
}  # fmt: skip
_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_DAY = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_GUARDED = re.compile(r"'[\s\"']*[=+\-@\t\r＝＋－＠]")
_SIGNS = "$€£¥ \u00a0\u202f"


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file as the document of a book.

    Args:
        document: lists of rows, as in a book.
        lines: where each row of a list stands in the file.
        columns: which column each field of a list was read from.
        today: the day the file is read.
        ignored: columns that mean nothing to us.
    """

    document: dict[str, Any]
    lines: Mapping[str, Sequence[int]]
    columns: Mapping[tuple[str, str], str]
    today: date
    ignored: tuple[str, ...] = ()

    def complete(self, there: Mapping[str, Mapping[str, Any]], list_name: str) -> None:
        """Fill the rows of a list with what is known of them elsewhere, by id.

        A contract nobody knows the start of is taken to be in its last year before its end.
        """
        rows = [{**there.get(row.get("id", ""), {}), **row} for row in self.document[list_name]]
        if list_name == "subscriptions":
            bare = {"status": "active", "auto_renew": False}
            rows = [{**bare, "start_on": self._start(row), **row} for row in rows]
        self.document[list_name] = rows

    def _start(self, row: Mapping[str, Any]) -> str:
        try:
            end = date.fromisoformat(row["term_end"])
            return min(self.today, end + relativedelta(days=1, years=-1)).isoformat()
        except (KeyError, ValueError, OverflowError):
            return self.today.isoformat()

    def place(self, path: tuple[Step, ...]) -> str:
        """Return a path of the document as a place in the file."""
        if len(path) < 2 or not isinstance(path[0], str) or not isinstance(path[1], int):
            return Problem.path_text(path)
        line = f"line {self.lines[path[0]][path[1]]}"
        name = str(path[2]) if len(path) > 2 else ""
        column = self.columns.get((path[0], name))
        return f"{line}, column {column}" if column else f"{line}, {name}" if name else line


@dataclass(slots=True)
class _Columns:
    """Which column is which field."""

    list_name: str
    targets: dict[int, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def is_table(name: str) -> bool:
    """Tell from its name whether a file is a CSV file."""
    return name.lower().endswith((".csv", ".tsv"))


def read_table(
    name: str,
    data: bytes,
    mapping: Mapping[str, str],
    *,
    accounts: Mapping[str, str],
    today: date,
) -> Table:
    """Return what a CSV file says as a book.

    Args:
        name: the file's name; `contacts.csv` holds contacts. Else the mapping says it.
        data: the file.
        mapping: column to field (`ARR` to `subscription.arr`, or `accounts.name`); `-` ignores a
            column. Columns it does not name are recognised by their heads.
        accounts: ids of the accounts that are known, by folded name and domain.
        today: the day the file is read.

    Raises:
        InputError: the file is no table, or nobody can tell what it holds.
    """
    rows = _rows(name, data)
    heads = [clean_text(head.strip(), one_line=True, limit=60) for head in next(rows, [])]
    if not any(heads):
        raise InputError(f"{name} has no line of column heads.", "Give every column a name.")
    unknown = [column for column in mapping if column not in heads]
    if unknown:
        raise InputError(
            f"{name} has no column {unknown[0]!r}.", f"Its columns are: {', '.join(heads)}."
        )
    columns = _columns(name, heads, mapping)
    found: dict[str, list[dict[str, Any]]] = {}
    lines: dict[str, list[int]] = {}
    known = dict(accounts)
    for number, cells in enumerate(rows, 2):
        if not any(cell.strip() for cell in cells):
            continue
        values = {
            target: _cell(target, cells[place])
            for place, target in columns.targets.items()
            if place < len(cells) and cells[place].strip()
        }
        for list_name, row in _rows_of(columns.list_name, values, known):
            found.setdefault(list_name, []).append(row)
            lines.setdefault(list_name, []).append(number)
    where: dict[tuple[str, str], str] = {}
    for place, target in columns.targets.items():
        part, _, inner = target.rpartition(".")
        key = ("subscriptions", inner) if part else (columns.list_name, target)
        where[key] = heads[place]
        if target == "account":
            where[columns.list_name, "account_id"] = heads[place]
    document = {"format": "csmdesk-book", "version": 1, **found}
    return Table(document, lines, where, today, tuple(columns.ignored))


def _rows(name: str, data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name} is not UTF-8 text.", "Save it as CSV UTF-8.") from None
    first = text.partition("\n")[0]
    delimiter = max("\t;,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise InputError(
            f"{name} is not a CSV file: line {reader.line_num}: {error}.", "Check its quotes."
        ) from None


def _columns(name: str, heads: Sequence[str], mapping: Mapping[str, str]) -> _Columns:
    wanted = {target.partition(".")[0] for target in mapping.values()} & set(LISTS)
    stem = fold(name.rpartition("/")[2].rpartition(".")[0])
    named = [one for one in LISTS if one in stem]
    list_name = next(iter(wanted or named), "")
    if not list_name or len(wanted) > 1:
        raise InputError(
            f"Nobody can tell what {name} holds.",
            f"Name it after one of: {', '.join(LISTS)}; or map a column, such as"
            " --map Company=accounts.name.",
        )
    columns = _Columns(list_name)
    fields = _fields(list_name)
    known = {
        _head(head): target for target in fields for head in (target, *_also(list_name, target))
    }
    for place, head in enumerate(heads):
        given = mapping.get(head)
        target = known.get(_head(head)) if given is None else given.removeprefix(f"{list_name}.")
        if given is not None and given != "-" and target not in fields:
            raise InputError(
                f"There is no field {given!r} for the column {head!r}.",
                f"The fields of {list_name} are: {', '.join(fields)}.",
            )
        if target is None or target == "-" or target in columns.targets.values():
            columns.ignored.append(head)
        else:
            columns.targets[place] = target
    return columns


def _fields(list_name: str) -> list[str]:
    definitions = schema()["$defs"]
    fields = [
        name
        for name, shape in definitions[_MODELS[list_name]]["properties"].items()
        if "$ref" not in str(shape.get("items", "")) + str(shape.get("anyOf", ""))
    ]
    if list_name == "accounts":
        contract = definitions["Subscription"]["properties"]
        skipped = {"id", "account_id", "ramp", "breaks"}
        return [*fields, *(f"subscription.{one}" for one in contract if one not in skipped)]
    return [*fields, "account"]


def _also(list_name: str, target: str) -> tuple[str, ...]:
    return _ALSO[list_name].get(target, ())


def _head(text: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(text)).strip()


def _cell(target: str, text: str) -> object:
    """Return what a cell means for a field; what cannot be meant stays as it is, to be told."""
    text = text.strip()
    if _GUARDED.match(text):
        text = text[1:]  # our own export guards such cells against spreadsheets
    name = target.rpartition(".")[2]
    if name in {"auto_renew", "evergreen"}:
        return _TRUTHS.get(fold(text), text)
    if name in {"tags", "roles"}:
        return [part.strip() for part in re.split("[;,|]", text) if part.strip()]
    if name.endswith("_on") or name in {"on", "term_end"}:
        day = _DAY.fullmatch(text)
        return f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}" if day else text[:10]
    if name in {"arr", "value"}:
        bare = text.strip(_SIGNS)
        return bare.replace(",", "") if _THOUSANDS.fullmatch(bare) else bare
    if name in _WHOLE and re.fullmatch(r"-?\d{1,9}%?", text):
        return int(text.rstrip("%"))
    if name in {"segment", "status", "forecast", "priority", "primary_role"}:
        return fold(text).replace(" ", "_")
    return text


_WHOLE = {
    *("term_months", "notice_days", "notice_months", "likelihood", "influence", "interest"),
    *("sentiment", "effort_minutes"),
}


def _rows_of(
    list_name: str, values: dict[str, Any], accounts: dict[str, str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the rows a line of the table stands for, with ids that are always the same."""
    contract = {
        target.removeprefix("subscription."): value
        for target, value in values.items()
        if target.startswith("subscription.")
    }
    row = {target: value for target, value in values.items() if "." not in target}
    if list_name == "accounts":
        names = [str(row[key]) for key in ("domain", "name") if key in row]
        row.setdefault("id", _known(names, accounts) or _made("account", *names[-1:]))
        accounts.update({fold(name): str(row["id"]) for name in names})
    elif "account" in row:
        account = str(row.pop("account"))
        row.setdefault("account_id", accounts.get(fold(account), account))
    account_id = str(row.get("account_id", row.get("id", "")))
    if list_name == "contacts":
        row.setdefault("id", _made("contact", account_id, str(row.get("email", row.get("name")))))
    if list_name == "subscriptions":
        row.setdefault("id", _made("subscription", account_id, str(row.get("product", ""))))
    if list_name == "tasks":
        row.setdefault("id", _made("task", account_id, str(row.get("title"))))
    yield list_name, row
    if contract:
        own = {"id": _made("subscription", account_id, ""), "account_id": account_id}
        start = {"start_on": row["start_on"]} if "start_on" in row else {}
        yield "subscriptions", {**own, **start, **contract}


def _known(names: Sequence[str], accounts: Mapping[str, str]) -> str | None:
    return next((accounts[fold(name)] for name in names if fold(name) in accounts), None)


def _made(kind: str, *parts: str) -> str:
    """An id that the same line always gets."""
    text = "\n".join(fold(part) for part in parts)
    return f"csv-{kind}-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}"
