"""Everything that can go wrong for a user, as types.

    CsmdeskError
    ├── UsageError              the command line was used wrongly                     exit 2
    ├── ConfigError             a setting is unknown, malformed or inconsistent
    ├── InputError              what was typed or given cannot be taken as it is
    │   ├── UnknownAccount      no account has that id or name
    │   ├── AmbiguousName       several do
    │   ├── NothingToUndo       what should be taken back is not there any more
    │   └── BookInvalid         a book with problems, all of them listed
    ├── StoreError              the local file
    │   ├── StoreUnusable       missing, unreadable, foreign, damaged, read-only, full
    │   │   └── StoreDamaged    SQLite says that the file is not what it wrote
    │   ├── StoreNewer          written by a newer csmdesk
    │   └── StoreBusy           another process holds it
    ├── SecretError             no token, or no place to keep one
    ├── CrmError                the other end
    │   ├── Unreachable         nothing was sent, or no answer came
    │   ├── AuthRejected        the token is wrong, expired or misses a scope
    │   ├── RateLimited         asked to wait
    │   ├── Rejected            the CRM refused this record
    │   ├── WrongPortal         the token belongs to another company's CRM
    │   └── UnexpectedReply     an answer that is not the CRM's
    └── SyncRefused             a brake: doing it could destroy something

Every class has one sentence for the user (`str(error)`), a `hint` that says what to do, and an
`exit_code`. Data stays in fields. Third-party exceptions never pass a layer's border.
"""


class CsmdeskError(Exception):
    """Base of everything a user is told in one line.

    Args:
        message: what happened, in the user's words.
        hint: what to do about it; may be empty.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def line(self) -> str:
        """The message and the hint as one line."""
        text = f"{self.message} {self.hint}" if self.hint else self.message
        return " ".join(text.split())


class UsageError(CsmdeskError):
    """The command line was used wrongly."""

    exit_code = 2


class ConfigError(CsmdeskError):
    """A setting is unknown, malformed or inconsistent."""


class InputError(CsmdeskError):
    """What was typed or given cannot be taken as it is."""


class UnknownAccount(InputError):
    """No account has that id or name."""


class NothingToUndo(InputError):
    """What should be taken back was never done, or was taken back already."""


class AmbiguousName(InputError):
    """Several accounts or people fit a name.

    Args:
        candidates: the ids and names that fit, as shown to the user.
    """

    def __init__(self, message: str, candidates: tuple[str, ...], hint: str = "") -> None:
        super().__init__(message, hint)
        self.candidates = candidates


class BookInvalid(InputError):
    """A book with problems. Nothing was changed.

    Args:
        problems: one line each: path, value, what was expected.
    """

    def __init__(self, message: str, problems: tuple[str, ...], hint: str = "") -> None:
        super().__init__(message, hint)
        self.problems = problems


class StoreError(CsmdeskError):
    """The local file cannot serve."""


class StoreUnusable(StoreError):
    """The file is missing, unreadable, foreign, damaged, read-only or the disk is full."""


class StoreDamaged(StoreUnusable):
    """SQLite says that the file is not what it wrote. Nothing is written to it any more."""


class StoreNewer(StoreError):
    """The file was written by a newer csmdesk."""


class StoreBusy(StoreError):
    """Another process holds the file."""


class SecretError(CsmdeskError):
    """There is no token, or no safe place to keep one."""


class CrmError(CsmdeskError):
    """The CRM end of the line."""


class Unreachable(CrmError):
    """The CRM could not be reached, or did not answer.

    Args:
        sent: whether the request may have reached the CRM. Only `False` proves that it did not.
    """

    def __init__(self, message: str, hint: str = "", *, sent: bool) -> None:
        super().__init__(message, hint)
        self.sent = sent


class AuthRejected(CrmError):
    """The token is wrong or expired, or a scope is missing.

    Args:
        scope_only: the token itself is good, but may not do this.
    """

    def __init__(self, message: str, hint: str = "", *, scope_only: bool = False) -> None:
        super().__init__(message, hint)
        self.scope_only = scope_only


class RateLimited(CrmError):
    """The CRM asks to wait.

    Args:
        retry_after: seconds to wait, as the CRM said or as its policy implies.
        daily: whether the day's allowance is spent and the CRM does not say when to ask again.
    """

    def __init__(
        self, message: str, hint: str = "", *, retry_after: float, daily: bool = False
    ) -> None:
        super().__init__(message, hint)
        self.retry_after = retry_after
        self.daily = daily


class Rejected(CrmError):
    """The CRM refused this record; sending it again unchanged will not help.

    Args:
        status: the HTTP status.
        category: the CRM's own word for the reason, if it gave one.
    """

    def __init__(self, message: str, hint: str = "", *, status: int, category: str = "") -> None:
        super().__init__(message, hint)
        self.status = status
        self.category = category


class WrongPortal(CrmError):
    """The token belongs to another company's CRM than the one this store is tied to."""


class UnexpectedReply(CrmError):
    """An answer that is not the CRM's: HTML, cut short, or of an unknown shape."""


class SyncRefused(CsmdeskError):
    """A brake: going on could destroy something, so the user is asked first."""
