"""Celery and the job ledger; the only place where steps are put in order across packages."""
