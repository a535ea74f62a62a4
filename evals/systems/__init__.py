"""The systems under test, behind one protocol (``ports``): our engine, a CyberVigie over HTTP, a chat, an export."""
