"""The export's own web application; it lies beside score.py and is not what serves here."""

raise SystemExit("not imported by the scoring server")
