"""Every word the user reads, one module a topic, each function from a value to a platform-neutral Message."""
