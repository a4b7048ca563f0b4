"""What `probe check` does on the network, and what it makes of the answers."""
