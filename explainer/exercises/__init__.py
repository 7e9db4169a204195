"""Exercises: what is left open of a calculation, with other numbers, and what each slip would give."""
