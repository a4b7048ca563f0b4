"""Draw Vega-Lite specifications: one on each line of standard input, its SVG as a JSON string on standard output.

Started by `chart_process` as a script. Imports nothing of probe, so that it starts fast; ends when its input does.
"""

import json
import sys

import vl_convert

_WARM_UP = {"data": {"values": []}, "mark": "point"}


def main() -> None:
    """Start the engine by a first chart, then draw what comes. A chart that cannot be drawn gives `null`."""
    vl_convert.vegalite_to_svg(_WARM_UP, allowed_base_urls=[])
    answers = sys.stdout.buffer
    for line in sys.stdin.buffer:
        try:
            drawn = vl_convert.vegalite_to_svg(json.loads(line), allowed_base_urls=[])
        except ValueError:
            drawn = None
        answers.write(json.dumps(drawn).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
