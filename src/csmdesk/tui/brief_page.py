"""One page to read before a call. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from csmdesk.domain.agenda import words
from csmdesk.domain.agenda.signals import Signal, rank_key
from csmdesk.domain.renewal import clock
from csmdesk.domain.touch.describe import OUTCOME_NAMES, TYPE_NAMES
from csmdesk.tui import format as fmt
from csmdesk.tui import share_rows
from csmdesk.tui.account_rows import clock_words
from csmdesk.tui.conflict_rows import spelled
from csmdesk.tui.health_words import health_move, health_score
from csmdesk.tui.ink import (
    EMPTY,
    Line,
    Piece,
    Voice,
    line,
    pad,
    spread,
    width_of,
    wrap,
    wrap_line,
)
from csmdesk.tui.timeline_rows import DELIVERY
from csmdesk.tui.today_rows import decimal
from csmdesk.usecases.accounts import AccountLine, account_line
from csmdesk.usecases.brief import Brief, Person, Use
from csmdesk.usecases.delivering import delivery

LABEL = 12
"""Width of the headings at the left."""

_TYPES: dict[str, str] = {str(kind): name for kind, name in TYPE_NAMES.items()}
_OUTCOMES: dict[str, str] = {str(kind): name for kind, name in OUTCOME_NAMES.items()}
_ROLES = {
    "exec_sponsor": "executive sponsor",
    "economic_buyer": "economic buyer",
    "decision_maker": "decision maker",
    "power_user": "power user",
    "end_user": "end user",
}
_REPAIRS = {"failed": "repairs it", "uncertain": "says more"}
_MEASURES = {
    "active_users": "active users",
    "seats_active": "seats in use",
    "seats_purchased": "seats bought",
}


def header(brief: Brief, now: datetime, width: int) -> list[Line]:
    """Return the two lines over the tabs: who it is and how it stands, how old that is."""
    account, one, today = brief.account, brief.one, brief.today
    facts: list[str] = []
    if one is not None:
        arr = None if one.standing.arr is None else decimal(one.standing.arr)
        amount = fmt.full_money(arr, brief.currency, converted=one.facts.converted)
        unrated = one.standing.unrated
        why = f" ({words.no_rate(unrated)})" if unrated else ""
        if arr is None and unrated:
            amount = " + ".join(fmt.full_money(decimal(own), code) for code, own in unrated.items())
        facts += [f"{amount} ARR{why}" if arr is not None or unrated else "ARR unknown"]
        facts += [f"{one.standing.segment} touch"]
        facts += ["onboarding"] if one.standing.onboarding else []
        facts += ["former customer"] if one.standing.former else []
    facts += [account.industry] if account.industry else []
    facts += [f"CSM {account.owner}"] if account.owner else []
    first = line(" ", Piece(account.name, "strong"), Piece("   " + " · ".join(facts), "plain"))
    age = "from an imported book" if account.source == "book" else "never synced"
    if brief.synced_at is not None:
        age = f"CRM read {fmt.ago(brief.synced_at, now)}"
    if brief.left is not None:
        return [first, line(" ", Piece(brief.left, "yellow"))]
    second: list[Piece] = [Piece(" "), *_health(brief)]
    if one is not None:
        second += _clock(account_line(one, today), today)
    right = line(Piece(age, "muted"), " ")
    fits = width_of(tuple(second)) + width_of(right) < width
    return [
        spread(first, EMPTY, width),
        spread(tuple(second), right if fits else EMPTY, width),
    ]


def _clock(account: AccountLine, today: date) -> list[Piece]:
    clock_, days = account.clock, account.days_left
    if clock_ is None or days is None:
        return []
    if clock_.kind == "term" and days >= 0 and not clock_.noticed:
        ends = f"   ends {fmt.day_name(clock_.term_end, today)}, {fmt.days_ahead(days)}"
        return [Piece(ends, "red" if days <= 1 else "plain")]
    text, voice = clock_words(account)
    verb = "ended" if clock_.term_end < today else "ends" if clock_.noticed else "renews"
    return [
        Piece(f"   {verb} {fmt.day_name(clock_.term_end, today)}"),
        Piece("   "),
        Piece(text, voice),
    ]


def _health(brief: Brief) -> list[Piece]:
    one, today = brief.one, brief.today
    colour = one.standing.colour if one is not None else None
    pieces = [fmt.health_sign(colour), Piece(" ")]
    facts = one.facts.health if one is not None else None
    if facts is None:
        return [*pieces, Piece("health never scored", "muted")]
    if facts.score is None:
        return [
            *pieces,
            Piece(f"health unknown since {fmt.short_day(facts.known_on, today)}", "muted"),
        ]
    star = "*" if one is not None and one.standing.override is not None else ""
    pieces.append(Piece(f"health {health_score(facts)} {colour}{star}"))
    pieces.append(Piece(health_move(facts)))
    pieces.append(Piece(f"  {fmt.sparkline(brief.glance.weekly)}", "accent"))
    if facts.scored_on is not None and (age := (today - facts.scored_on).days):
        pieces.append(Piece(f"  {fmt.days_old(age)} old", "muted"))
    return pieces


def page(brief: Brief, width: int) -> list[Line]:
    """Return the lines of the brief, in the order of use."""
    lines: list[Line] = [EMPTY]
    for label, body in (
        ("Not saved", _draft(brief)),
        ("Changed", _changed(brief)),
        ("Why now", _why(brief)),
        ("Open", _open(brief)),
        ("Ahead", _ahead(brief)),
        ("Lately", _lately(brief)),
        ("People", _people(brief)),
        ("Contract", _contracts(brief)),
        ("Plans", _plans(brief)),
        ("Usage", _usage(brief)),
        ("Notes", _notes(brief)),
    ):
        rows = [row for text in body for row in wrap_line(text, max(width - LABEL - 3, 10), 4)]
        for index, row in enumerate(rows):
            head = label if index == 0 else ""
            lines.append((Piece(" "), Piece(pad(head, LABEL), "strong"), Piece(" "), *row))
        if rows:
            lines.append(EMPTY)
    return lines


def _draft(brief: Brief) -> Iterable[Line]:
    if brief.draft is None:
        return []
    text = brief.draft or "a running call"
    return [line(text, Piece("  l gives it to another account", "muted"))]


def _changed(brief: Brief) -> Iterable[Line]:
    """Fields whose value here is not the CRM's: where it stands, and what the CRM has."""
    for each in brief.changed:
        mark, voice = DELIVERY[each.delivery]
        whose = "" if each.record == brief.account.name else f" of {each.record}"
        ours, theirs = spelled(each.kind, each.ours), spelled(each.kind, each.theirs)
        more = f"; 6 {_REPAIRS[each.delivery]}" if each.delivery in _REPAIRS else ""
        yield line(
            Piece(f"{each.words}{whose}: "),
            Piece(ours, "strong"),
            Piece(f"  {mark}", voice),
            Piece(f", the CRM has {theirs}{more}", "muted"),
        )


def _why(brief: Brief) -> Iterable[Line]:
    one, today = brief.one, brief.today
    if one is None and brief.left is not None:
        return [line(Piece("nothing: it is no longer in the CRM", "muted"))]
    if one is None:
        return [line(Piece("not an account of yours", "muted"))]
    if not one.visible:
        return [line(Piece("nothing is due", "muted"))]
    rows: list[Line] = []
    if one.combined.reasons:
        rows.append(line(Piece(words.next_action(one), "strong")))
    rows += [_reason(signal, today) for signal in sorted(one.visible, key=rank_key)]
    for hidden in one.hidden:
        until = f" to {fmt.day_name(hidden.until, today)}" if hidden.until else ""
        rows.append(
            line(
                Piece(
                    f"asleep{until}: {words.fact(hidden.signal, today)}",
                    "muted",
                )
            )
        )
    return rows


def _reason(signal: Signal, today: date) -> Line:
    """Return a reason led by its name, unless its fact begins with that very word."""
    name, fact = words.named(signal.type), words.fact(signal, today)
    if fact.casefold().startswith(name.casefold()):
        return line(fact)
    return line(Piece(f"{name}: ", "muted"), fact)


def _open(brief: Brief) -> Iterable[Line]:
    today = brief.today
    rows: list[Line] = [
        line(
            Piece("we: " if step.side == "us" else "they: ", "muted"),
            step.text,
            *_due(step.due_on, today, broken=step.side == "us"),
            *share_rows.standing(step.id, brief.standings),
        )
        for step in brief.steps
    ]
    for task in brief.tasks:
        high = Piece("high " if task.priority == "high" else "", "yellow")
        rows.append(line(Piece("task: ", "muted"), high, task.title, *_due(task.due_on, today)))
    for ticket in brief.tickets:
        state = "" if ticket.status == "open" else ", waiting for them"
        age = (today - ticket.opened_at.date()).days
        rows.append(
            line(
                Piece("ticket: ", "muted"),
                Piece(ticket.severity, "red" if ticket.severity == "critical" else "plain"),
                f" {ticket.subject}",
                Piece(f"  {fmt.days_old(age)} old{state}" if age else f"  today{state}", "muted"),
            )
        )
    return rows


def _due(due: date | None, today: date, *, broken: bool = False) -> list[Piece]:
    if due is None:
        return []
    days = (due - today).days
    voice: Voice = "red" if broken and days < 0 else "yellow" if days < 0 else "muted"
    return [Piece(f"  {fmt.day_name(due, today)}, {fmt.days_ahead(days)}", voice)]


def _ahead(brief: Brief) -> Iterable[Line]:
    prepared = {"none": "not prepared", "started": "preparation started", "ready": "prepared"}
    return [
        line(
            f"{fmt.day_name(meeting.start.date(), brief.today)} {meeting.start:%H:%M}  ",
            meeting.title,
            Piece(f"  {prepared.get(meeting.prep, meeting.prep)}", "muted"),
        )
        for meeting in brief.meetings[:4]
    ]


def _lately(brief: Brief) -> Iterable[Line]:
    rows: list[Line] = []
    for touch in brief.touches:
        kind = _TYPES.get(touch.type, touch.type)
        head = f"{fmt.short_day(touch.at.date(), brief.today)} {kind}"
        who = f" with {', '.join(touch.people[:3])}" if touch.people else ""
        outcome = ""
        if touch.outcome is not None and touch.outcome != "held":
            outcome = f", {_OUTCOMES.get(touch.outcome, touch.outcome)}"
        text = " ".join((touch.text or "").split())
        pieces = [Piece(f"{head}{who}{outcome}", "muted")]
        # What arrived needs no word here; the Timeline tells it of every touch.
        if (state := delivery(touch.states)) not in ("", "sent"):
            mark, voice = DELIVERY[state]
            pieces.append(Piece(f"  {mark}", voice))
        rows.append(line(*pieces, Piece(f"  {text}" if text else "")))
    return rows or [line(Piece("no touch is known", "muted"))]


def _people(brief: Brief) -> Iterable[Line]:
    order = sorted(brief.people, key=lambda p: (p.left, not p.roles, -(p.influence or 0), p.name))
    rows = [_person(person, brief.today) for person in order[:8]]
    if len(order) > 8:
        rows.append(line(Piece(f"and {len(order) - 8} more", "muted")))
    return rows


def _person(person: Person, today: date) -> Line:
    roles = ", ".join(_ROLES.get(role, role.replace("_", " ")) for role in person.roles)
    pieces = [
        Piece("✗ " if person.left else ""),
        Piece(person.name, "muted" if person.left else "plain"),
    ]
    if person.title:
        pieces.append(Piece(f", {person.title}", "muted"))
    if roles:
        pieces.append(Piece(f"  {roles}"))
    if person.sentiment is not None:
        voice: Voice = "yellow" if person.sentiment < 0 else "plain"
        pieces.append(Piece(f"  {fmt.sentiment_sign(person.sentiment)}", voice))
    if person.left:
        when = f" {fmt.short_day(person.left_on, today)}" if person.left_on else ""
        pieces.append(Piece(f"  left{when}", "yellow"))
    elif person.met_on is not None:
        pieces.append(Piece(f"  met {fmt.short_day(person.met_on, today)}", "muted"))
    else:
        pieces.append(Piece("  never met", "muted"))
    return tuple(pieces)


def _contracts(brief: Brief) -> Iterable[Line]:
    one, today = brief.one, brief.today
    rows: list[Line] = []
    for contract in one.facts.contracts if one is not None else ():
        own = contract.unrated or (brief.currency, contract.amount)
        amount = fmt.full_money(None if own[1] is None else decimal(own[1]), own[0])
        text = f"{amount} a year"
        found = clock(contract, today)
        if contract.evergreen:
            text += ", no end"
        elif contract.forecast in ("closed_won", "churn_confirmed"):
            text += ", signed" if contract.forecast == "closed_won" else ", leaving for certain"
        elif found is None:
            text += ", no term end known"
        else:
            text += f", to {fmt.day_name(found.term_end, today)}"
            text += ", renews itself" if contract.auto_renew else ", does not renew itself"
            if found.deadline is not None:
                text += f", notice until {fmt.day_name(found.deadline, today)}"
            if found.noticed:
                text += ", notice received"
        if contract.forecast in ("commit", "best_case", "at_risk"):
            text += f", forecast {contract.forecast.replace('_', ' ')}"
        rows.append(line(text))
    for sale in brief.opportunities:
        amount = fmt.full_money(
            None if sale.amount is None else Decimal(sale.amount), sale.currency or brief.currency
        )
        stage = f", {sale.stage}" if sale.stage else ""
        rows.append(line(Piece(f"{sale.kind}: ", "muted"), f"{sale.name}, {amount}{stage}"))
    return rows


def _plans(brief: Brief) -> Iterable[Line]:
    rows: list[Line] = []
    for plan in brief.plans:
        late = [Piece(f", {plan.late} late", "yellow")] if plan.late else []
        rows.append(
            line(
                plan.title,
                Piece(f"  {plan.done} of {plan.milestones} milestones done", "muted"),
                *late,
            )
        )
    rows += [
        line(
            Piece("shared: ", "muted"),
            step.text,
            *([] if step.closed else _due(step.due_on, brief.today)),
            *share_rows.standing(step.id, brief.standings),
        )
        for step in brief.milestones
    ]
    return rows


def _usage(brief: Brief) -> Iterable[Line]:
    return [_use(use, brief.today) for use in brief.uses]


def _use(use: Use, today: date) -> Line:
    name = _MEASURES.get(use.metric, use.metric.replace("_", " "))
    pieces = [Piece(f"{use.now:,.0f} {name}")]
    if use.before is not None and use.before > 0:
        change = (use.now - use.before) / use.before * 100
        if abs(change) >= 1:
            sign = "+" if change > 0 else "−"
            pieces.append(Piece(f"  {sign}{abs(change):.0f} % in 60 d", "plain"))
    age = (today - use.on).days
    if age:
        pieces.append(Piece(f"  {'~' if age > 30 else ''}{fmt.days_old(age)} old", "muted"))
    return tuple(pieces)


def _notes(brief: Brief) -> Iterable[Line]:
    rows: list[Line] = []
    if brief.account.tags:
        rows.append(line(Piece("tags: ", "muted"), ", ".join(brief.account.tags)))
    if brief.account.parent:
        rows.append(line(Piece("belongs to ", "muted"), brief.account.parent))
    if brief.account.domain:
        rows.append(line(Piece(brief.account.domain, "muted")))
    if brief.account.notes:
        rows += [line(row) for row in wrap(brief.account.notes, 200)]
    return rows
