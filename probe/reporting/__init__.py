"""From stored runs to their report."""
