"""The one-stop rules: dossiers, checklists, deadlines, reuse, results, statistics."""
