"""The answers of CyberVigie under the addresses and shapes of OpenAI's Chat Completions, for existing interfaces."""
