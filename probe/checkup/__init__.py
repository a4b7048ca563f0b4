"""`probe check`, put together: an upstream is asked from the outside in."""
