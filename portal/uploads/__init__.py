"""Resumable uploads (tus 1.0): scans of up to 200 MB come in pieces and go on where they stopped."""
