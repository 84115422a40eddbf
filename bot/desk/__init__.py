"""What a command is, what it may use, and which lines it may not keep."""
