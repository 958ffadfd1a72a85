"""From facts to the ranked list: the agenda model from end to end."""

from collections.abc import Iterable
from operator import attrgetter

from csmdesk.domain.agenda import words
from csmdesk.domain.agenda.assess import Assessment, assess
from csmdesk.domain.agenda.combine import POINT
from csmdesk.domain.agenda.day import NOTHING_OWN, Own, fill, room, starves
from csmdesk.domain.agenda.facts import Busy, Facts
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.view import Agenda, Capacity, Item, Note


def rank(facts: Iterable[Facts], busy: Iterable[Busy], moment: Moment) -> Agenda:
    """Return the agenda of a moment. The order of the input is irrelevant."""
    return compose([assess(one, moment) for one in facts], busy, moment)


def compose(
    assessed: Iterable[Assessment], busy: Iterable[Busy], moment: Moment, own: Own = NOTHING_OWN
) -> Agenda:
    """Order accounts that were judged one by one and cut them into today's plan.

    `own` is what the user put into the plan or took out of it; without it the plan is the model's.
    """
    least = moment.config.min_score * POINT
    currency = moment.rates.base
    everyone = list(assessed)
    listed = [one for one in everyone if one.visible and one.combined.score >= least]
    listed.sort(key=_place)
    space = room(busy, moment)
    slots = fill(listed, space.capacity, moment, own)
    items = tuple(
        Item(
            place,
            one,
            one.place.tier,
            one.must,
            slot.planned,
            slot.rotation,
            slot.effort,
            moment.today,
            currency,
        )
        for place, (one, slot) in enumerate(zip(listed, slots, strict=True), 1)
    )
    planned = sum(slot.effort for slot in slots if slot.planned)
    return Agenda(
        as_of=moment.now,
        today=moment.today,
        zone=moment.zone,
        currency=currency,
        capacity=Capacity(
            space.free, space.capacity, planned, not moment.workdays.is_working(moment.today)
        ),
        items=items,
        notes=_notes(everyone, moment),
        starving=sum(starves(one, moment) for one in listed),
    )


_place = attrgetter("place")


def _notes(assessed: Iterable[Assessment], moment: Moment) -> tuple[Note, ...]:
    notes = {
        (one.place.name, one.facts.id, words.note(notice, moment.today)): one
        for one in assessed
        for notice in one.notices
    }
    return tuple(
        Note(one.facts.id, one.facts.name, text)
        for (_, _, text), one in sorted(notes.items(), key=lambda pair: pair[0])
    )
