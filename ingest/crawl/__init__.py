"""The crawler: official sites read politely, safely, again and again."""
