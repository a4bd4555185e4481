"""PostgreSQL: the one log, its appender, subscriptions, checkpoints and the embedded server."""
