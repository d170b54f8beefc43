"""`python -m bosman_server.cli`."""

from bosman_server.cli.main import main

main()
