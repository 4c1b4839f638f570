"""`hoso demo`: two sample dossiers from the counter to the issued result, then everything stops."""

from __future__ import annotations

import json
import time

import click

from hoso.running import Feeding, install_stop, say_summary
from hoso.supervise import Supervisor
from portal.config import load


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
def demo(as_json: bool) -> None:
    """Take the samples through the whole chain: receive, digitize, deposit, check, certify, result, reuse."""
    started, stop = time.monotonic(), install_stop()
    config = load()
    feeding = Feeding(config)
    feeding.start()
    with Supervisor(config, web=False) as running:
        feeding.go()
        running.watch(until=lambda: stop.is_set() or feeding.over)
        summary = feeding.result(stopped=stop.is_set())
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        click.echo(json.dumps({**summary.as_dict(), "seconds": seconds}, ensure_ascii=False))
    else:
        say_summary(summary)
        click.echo(f"Xong sau {seconds} giây / done in {seconds} s. Dữ liệu / data: {config.data}")
