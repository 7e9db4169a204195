"""Live numbers: an example's list of equations as data that a page's script works out anew, as the proof does."""
