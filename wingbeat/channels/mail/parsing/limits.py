"""How much of one mail is read at all: bounds that only hostile mail meets."""

from __future__ import annotations

# Honest mail nests five or six levels; each level costs every later line a look-up elsewhere.
MAX_DEPTH = 50
# The largest honest digests hold some two hundred parts.
MAX_PARTS = 1_000
# Long routes and mailing lists reach about a hundred header fields.
MAX_FIELDS = 1_000
# A field of this size still holds two thousand recipients.
MAX_FIELD_BYTES = 128_000
# All fields of one part together: relays refuse blocks far smaller than this.
MAX_HEADER_BYTES = 1_000_000
# Recipients of one field that become addresses; the field itself stays in the raw mail.
MAX_ADDRESSES = 1_000
# All texts of one mail together: a thousand pages. What is longer is a file that somebody pasted,
# and is attached; its beginning is shown.
MAX_TEXT_BYTES = 2_000_000
# Identifiers kept of References: the first and the latest, as the middle joins nothing.
MAX_REFERENCES = 200
# RFC 5322 allows no longer line, so no longer identifier.
MAX_IDENTIFIER = 998
# Subjects and names beyond this are an attack on the list, not words.
MAX_WORDS = 2_000
# Below the 255 bytes of common file systems even where each character takes two bytes.
MAX_FILE_NAME = 120
# Boundaries that a multipart declares but does not use are looked for this far into its body.
BOUNDARY_WINDOW = 256_000
# ... and for so many multiparts of one mail.
MAX_BOUNDARY_SEARCHES = 20
# One mail may show this many oddities; more would be a second mail.
MAX_DEFECTS = 60
