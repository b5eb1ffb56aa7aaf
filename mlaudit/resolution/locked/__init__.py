"""Does a lock still answer its manifests? Each format by its own tool's algorithm, else by names and versions."""
