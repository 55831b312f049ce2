"""Real servers for the tests, private to one run: found or fetched, started, stopped by pid."""
