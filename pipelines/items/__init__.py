"""Items: what the documents of one batch hold, one row a delivered item, as clean text."""
