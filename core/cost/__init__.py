"""What a short pays and costs: funding, basis, fees. Pure."""
