"""The citizen's own pages: dossiers, documents, who read them; and following a dossier with the receipt in hand."""
