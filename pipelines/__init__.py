"""Démarche: from the world's news feeds to a warehouse of who did what to whom."""
