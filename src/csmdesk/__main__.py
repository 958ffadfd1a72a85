"""`python -m csmdesk` is `csmdesk`."""

from csmdesk.cli.start import main

main()
