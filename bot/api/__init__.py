"""The HTTP API and the chat page: ``create_app`` in ``bot.api.app``."""
