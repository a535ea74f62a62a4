"""The chat widget in other sites: which sites, how it is embedded, what is told to people."""
