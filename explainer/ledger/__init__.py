"""Published numbers recomputed, and what may explain a difference."""
