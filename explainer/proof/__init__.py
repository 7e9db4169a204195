"""The proof that each equation is what its name says, and that each printed digit is right."""
