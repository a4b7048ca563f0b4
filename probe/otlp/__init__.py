"""Calls as OpenTelemetry spans: what a span says, how it is encoded, and how it is sent to a collector.

The file form needs nothing beside the standard library. Sending needs the extra `otel`: `otlp_protobuf.py` alone
imports it.
"""
