"""Slips: ways to go wrong whose results follow from the list of equations, in one room for all who name them."""
