"""Feeds: the list of what is read, fetching with good manners, and the documents as they came."""
