"""Data in, PDF/A-2b out: receipts, forms, results from templates, QR codes."""
