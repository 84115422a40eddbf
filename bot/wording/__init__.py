"""Values into text that fits a phone."""
