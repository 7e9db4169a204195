"""What the documentation shows and promises: its code, and the author's guide."""
