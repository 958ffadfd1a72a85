"""When garbage is searched for: never among what was loaded at the start, which all stays.

A search looks at everything that is not frozen. Modules and classes make a hundred thousand
objects that live as long as the workbench; frozen, they are not looked at again, and what the
screens leave behind is found soon, before it has grown to megabytes.
"""

import gc


def collect_from_now_on() -> None:
    """Search for garbage again, if it was put off; what is there now is not looked at any more."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
