"""Data sets that are obtained from elsewhere: their files, read and checked, and the sample that the project carries."""
