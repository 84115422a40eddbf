"""The conversation in a terminal: a prompt where somebody types, plain lines through a pipe.

This room shows replies as plain text and lets buttons be pressed by their labels. It knows the conversation
by a protocol alone, and nothing of commands or Telegram.
"""
