"""speak_slowly.py GAP_S WORD…: prints the words, one a line; a gap begins when the word before it has been read."""

import fcntl
import sys
import termios
import time

gap, first, *rest = sys.argv[1:]
print(first, flush=True)
for word in rest:
    while any(fcntl.ioctl(1, termios.FIONREAD, bytes(4))):
        time.sleep(0.005)
    time.sleep(float(gap))
    print(word, flush=True)
