"""From official files (HTML, PDF, Markdown, JSON Lines) to passages with exact offsets."""
