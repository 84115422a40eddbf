"""A fall of the past, lived through with today's coins and hedge. Pure."""
