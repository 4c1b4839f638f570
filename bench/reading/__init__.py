"""How well, how fast and how small pages are read: against their truth, and against other programs on the same pages.

    .venv/bin/python -m bench.reading [FOLDER …]            the product on the samples, or on folders of scans
    .venv/bin/python -m bench.reading FOLDER … --against    the paired run with OCRmyPDF and pytesseract
    .venv/bin/python -m bench.reading FOLDER … --ablation   each step of preprocessing left out in turn
    .venv/bin/python -m bench.reading FOLDER … --failures   the worst lines as a picture

A folder holds scans and, under `truth/`, a `hoso.truth/1` file for each; or scans with a `.txt` of the same name beside
them, a line of the paper a line. CPU seconds are of all processes together and do not depend on what else runs.
"""
