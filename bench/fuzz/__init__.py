"""Broken files by the thousand at `digitize`: each must give a result or an error of ours, in bounded time and memory.

    .venv/bin/python -m bench.fuzz --seed 1 --files 1000
    .venv/bin/python -m bench.fuzz --seed 1 --only 417 --keep OUT

A file is made from the seed and its number alone: a small sound file of one of the formats (`pictures`, `frames`,
`papers`, `traps`), then in most cases wounded (`wounds`). It is digitized in a process of its own (`trial`), which is
judged from outside.
"""
