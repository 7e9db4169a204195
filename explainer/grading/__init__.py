"""A challenge in programming: its files, made from the code that pages show, and a checker that names mistakes."""
