"""From files, flags and environment to the model. An error names file, line, key and remedy."""
