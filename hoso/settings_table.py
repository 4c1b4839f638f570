"""The settings as a table: `python -m hoso.settings_table` prints what docs/operating.md holds."""

from __future__ import annotations

from portal.config import Config


def table() -> str:
    """One row a setting: variable, default, meaning; in Markdown, from `portal.config`."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Config.model_fields.items():
        default = field.get_default()
        told = "`~/.local/share/hoso`" if name == "data" else f"`{default}`" if default not in ("", None) else ""
        rows.append(f"| `HOSO_{name.upper()}` | {told} | {field.description} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
