"""Articles that give orders: a payload in an article about something else, and what became of it."""
