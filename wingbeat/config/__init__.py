"""The outermost ring: options, settings, addresses, jobs and the `wingbeat` command."""

from __future__ import annotations
