"""The static site: what it consists of, how it is built, judged, and put in its place."""
