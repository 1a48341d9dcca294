"""Pictures: each a function from a value to the bytes of a PNG. matplotlib is imported when one is drawn."""
