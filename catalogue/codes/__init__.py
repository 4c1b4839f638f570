"""Codes and numbers, each a frozen value that cannot be malformed."""
