"""Whether the program works, and who is told when it does not."""
