"""Commutative rings in which a program's equations are identities: exactly, at random points, and with derivatives."""
