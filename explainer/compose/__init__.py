"""From an example to its equations: forward, backward, updates, runs."""
