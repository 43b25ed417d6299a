"""Official sanctions lists: downloads kept, read, compared with the last good one, and linked to the news."""
