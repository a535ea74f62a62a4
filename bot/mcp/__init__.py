"""The Model Context Protocol: the same answers, passages and documents as tools of an assistant."""
