"""Accounts of the people who sign in: the administrator's pages, and everybody's own password."""
