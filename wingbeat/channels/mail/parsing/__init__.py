"""Mail parsing: bytes in, `ParsedMail` out; pure, and it never raises."""

from __future__ import annotations
