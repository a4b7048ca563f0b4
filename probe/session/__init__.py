"""Making a run: from what was asked for to the events of its calls."""
