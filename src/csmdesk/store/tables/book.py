"""What belongs to the book as a whole: whose it is, zone, currency, settings, calendar, rates."""

from sqlmodel import SQLModel

from csmdesk.store.tables.columns import STRICT, key, key_number, text_column


class BookInfoRow(SQLModel, table=True):
    """The scalar keys of the book; one row, `id` = 1."""

    __tablename__ = "book_info"
    __table_args__ = (STRICT,)
    id: int = key_number()
    timezone: str | None = text_column(None)
    base_currency: str = text_column("USD")
    me: str | None = text_column(None)
    settings: str = text_column("{}")


class HolidayRow(SQLModel, table=True):
    """A day that is not worked."""

    __tablename__ = "holidays"
    __table_args__ = (STRICT,)
    on: str = key()


class RateRow(SQLModel, table=True):
    """1 unit of a currency in base units from a day on."""

    __tablename__ = "rates"
    __table_args__ = (STRICT,)
    currency: str = key()
    on: str = key()
    rate: str = text_column()
