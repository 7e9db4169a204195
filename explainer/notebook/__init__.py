"""An example as a Jupyter notebook: its list of equations printed as Python, run, and held against the proof."""
