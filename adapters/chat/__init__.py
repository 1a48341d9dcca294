"""What the chat platforms that Paperboy speaks have in common."""
