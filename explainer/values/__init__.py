"""What equations come to in float64."""
