"""What a process does again and again, and how its parts are put together."""
