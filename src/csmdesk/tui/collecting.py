"""When garbage is searched for: never among what was loaded, which all stays.

A search looks at everything that is not frozen. Modules and classes make a hundred thousand
objects that live as long as the workbench; frozen, they are not looked at again, and what the
screens leave behind is found soon, before it has grown to megabytes.
"""

import gc
from collections.abc import Callable


def collect_from_now_on() -> None:
    """Search for garbage again, if it was put off; what is there now is not looked at any more."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def loading(load: Callable[[], object]) -> None:
    """Load something large that stays: no search for garbage meanwhile, nor later in it."""
    if not gc.isenabled():
        # The workbench is starting: whoever put the search off will freeze this as well.
        load()
        return
    gc.disable()
    try:
        load()
    finally:
        collect_from_now_on()
