"""Input of the tests that all aggregates share: routes, and samples to store."""
