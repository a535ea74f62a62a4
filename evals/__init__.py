"""How well CyberVigie retrieves, answers and abstains, measured."""
