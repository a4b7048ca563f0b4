"""close_stdout.py SECONDS: closes both its pipes at once, lives on, and exits 5."""

import os
import sys
import time

os.close(1)
os.close(2)
time.sleep(float(sys.argv[1]))
os._exit(5)
