"""The report: a static site made from the published copy, which opens from disk without server and network."""
