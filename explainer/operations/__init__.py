"""The vocabulary: what can stand in an equation, and formulas as trees."""
