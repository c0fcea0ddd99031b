"""`python -m player.cli` is the same as the `overplay` command."""

import sys

from player.cli.main import entry

sys.exit(entry())
