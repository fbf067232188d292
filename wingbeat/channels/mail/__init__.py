"""The mail channel: sources, parsing, judging, threading, sending."""
