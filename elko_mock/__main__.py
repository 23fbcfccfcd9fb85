"""`python -m elko_mock`."""

import sys

from elko_mock.cli import main

sys.exit(main())
