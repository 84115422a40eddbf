"""What this machine is like: its private files, its way out to the network, and what its clock is worth."""
