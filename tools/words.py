"""Bring the catalogues of the screens up to what is marked in the code, and compile them.

Needs Debian's gettext. New words come in untranslated, words that are gone go out.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import ClassVar

HERE = Path(__file__).resolve().parent.parent / "wingbeat"
LANGUAGES = ("de", "hu", "ru")
OWN_NAMES = (
    "_lazy",
    "_later",
    "_also",
    "_n:1,2",
)  # what the code calls gettext beside its usual names


def main() -> None:
    """Write every django.po and django.mo anew."""
    os.environ["WINGBEAT_HOME"] = tempfile.mkdtemp()
    os.environ["DJANGO_SETTINGS_MODULE"] = "wingbeat.config.settings"
    import django
    from django.core.management.commands import makemessages

    class Command(makemessages.Command):
        xgettext_options: ClassVar = [
            *makemessages.Command.xgettext_options, *(f"--keyword={name}" for name in OWN_NAMES)
        ]  # fmt: skip
        msgmerge_options: ClassVar = [
            *makemessages.Command.msgmerge_options, "--no-fuzzy-matching"
        ]  # fmt: skip

    django.setup()
    os.chdir(HERE)
    Command().run_from_argv(
        ["", "makemessages", "-v0", "--no-location", "--no-wrap", "--no-obsolete"]
        + ["--ignore=laws/*"]
        + [f"--locale={language}" for language in LANGUAGES]
    )
    for source in HERE.glob("screens/**/django.po"):
        compiled = source.with_suffix(".mo")
        subprocess.run(["msgfmt", "--check-format", "-o", compiled, source], check=True)


if __name__ == "__main__":
    main()
