"""Mail: texts in two languages, an outbox that retries."""
