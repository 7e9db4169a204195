"""Training on a data set: a layer program read in float32 arrays, the weights that it leaves, and the record of a run."""
