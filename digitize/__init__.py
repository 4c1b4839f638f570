"""Scans in, documents out: pages, text with boxes and confidence, kind, fields, archival PDF/A."""
