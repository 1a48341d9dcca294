"""Queues of jobs: beside the bot in its own process, or in PostgreSQL for workers on any number of machines."""
