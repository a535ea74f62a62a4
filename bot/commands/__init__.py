"""Sub-commands of ``cybervigie``, one module each."""
