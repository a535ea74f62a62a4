"""What CyberVigie reads: the starter corpus, the manifest of official sources, contacts, vocabulary."""
