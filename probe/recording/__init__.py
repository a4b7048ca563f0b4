"""`probe record`: a person's own command, or any program, with the recorder in its way to the upstream."""
