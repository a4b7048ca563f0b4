"""flood.py BYTES: prints that many bytes to stdout, without a newline, and half as many to stderr."""

import os
import sys

left = int(sys.argv[1])
block = b"x" * 65_536
while left > 0:
    n = os.write(1, block[:left])
    os.write(2, block[: n // 2])
    left -= n
