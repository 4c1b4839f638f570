"""The one-stop rules: dossiers, checklists, deadlines, reuse, results, statistics.

Models cannot be imported while Django loads its apps, so the public face is these modules; `from dossiers import
services` works wherever Django is set up:

- `services`: everything that changes a dossier; each takes an `accounts.Actor`;
- `checklist`: what a procedure asks of a person and what is done about each component;
- `queries`: what pages and systems read, filtered by who asks, paged by key;
- `reuse`: what the archive's document must be to satisfy a component;
- `calendar`: working days and hours, appointments, pauses;
- `statistics`: the national indicators and the honest ones;
- `papers`: receipt, forms and results as data for the package `paper`;
- `states`, `permissions`, `signals`, `errors`, `models`: the tables, the signal and the rows behind them.
"""

__all__ = [
    "calendar",
    "checklist",
    "errors",
    "models",
    "papers",
    "permissions",
    "queries",
    "reuse",
    "services",
    "signals",
    "states",
    "statistics",
]
