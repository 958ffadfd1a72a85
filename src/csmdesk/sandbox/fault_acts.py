"""Every fault by name, with a sentence and what it does (sync reliability §3, H1 to H13).

Names that end in `_applied` do the work at the CRM and then fail; the same name without it does
nothing there. A fault is written `name` or `name:argument`; times are seconds.
"""

from csmdesk.sandbox.fault_bodies import BODY_ACTS
from csmdesk.sandbox.fault_replies import REPLY_ACTS
from csmdesk.sandbox.fault_wire import WIRE_ACTS
from csmdesk.sandbox.gate import Act, Catalogue

CATALOGUE: Catalogue = {**WIRE_ACTS, **REPLY_ACTS, **BODY_ACTS}
NAMES = frozenset(CATALOGUE)
ACTS: dict[str, Act] = {name: act for name, (_, act) in CATALOGUE.items()}
