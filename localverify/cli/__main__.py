"""`python -m localverify.cli`: the command where no script was installed."""

from localverify.cli.main import main

main()
