"""Signing with the token on the officer's own PC: the page that begins a session, and what the PC's program calls."""
