"""Captures of what the client sends: placeholders in and out, a summary, a comparison. Pure: values in, values out."""
