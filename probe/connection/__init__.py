"""The connection to an upstream: its route, and the steps along it (DNS, TCP, proxy, TLS), for recorder and check."""
