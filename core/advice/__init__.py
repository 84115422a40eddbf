"""The next orders for an open hedge: adjust, take off, roll, leave. Pure."""
