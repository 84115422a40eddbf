"""Use cases that several commands share: recording fills, resolving them, reporting, what is in doubt."""
