"""The conversation: commands and their words, the front ends that carry them, and what keeps them running."""
