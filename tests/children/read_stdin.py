"""Reads stdin to its end and says how much there was."""

import sys

print(len(sys.stdin.buffer.read()))
