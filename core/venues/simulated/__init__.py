"""A market made from a seed and a scenario, without a network."""
