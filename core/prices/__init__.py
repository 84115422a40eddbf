"""Current snapshots of the venues in use, what one lacks from the next, and the past."""
