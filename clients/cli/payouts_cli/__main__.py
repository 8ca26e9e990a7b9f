import sys

from payouts_cli.main import main

sys.exit(main())
