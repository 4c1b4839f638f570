"""PDF in, signed PDF out: keys, PAdES levels, timestamps, visible marks, verification, the DEMO authority."""
