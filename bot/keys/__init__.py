"""Keys of programs: made, kept as digests, verified, counted."""
