"""The agent's desk: lists, conversations, customers, search and the tray."""
