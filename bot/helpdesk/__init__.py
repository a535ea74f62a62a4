"""Drafts for helpdesk tools. The contract of an adapter is in ``ports``, what is kept of tickets in ``outbox``."""
