"""speak_slowly.py GAP_S WORD…: prints the words, one a line, with gaps; the last is followed by none."""

import sys
import time

gap, first, *rest = sys.argv[1:]
print(first, flush=True)
for word in rest:
    time.sleep(float(gap))
    print(word, flush=True)
