"""Questions that people put to the desk: one language, as text and as a form."""
