"""Webhooks: telling other systems what was done, as soon as it was."""
