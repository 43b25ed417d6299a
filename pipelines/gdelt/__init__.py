"""GDELT's event files: history for a new warehouse, kept apart from our own coding by its origin."""
