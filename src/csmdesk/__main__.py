"""`python -m csmdesk` is `csmdesk`."""

from csmdesk.cli.main import main

main()
