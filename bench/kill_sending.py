"""Kill senders 50 times while 500 replies leave, then say what was lost, doubled or in doubt.

    python -m bench.kill_sending [--replies 500] [--kills 50] [--senders 1] [--database URL]

The mail server beside them answers after up to 30 ms and remembers all it took. A further run
without kills and delays gives the rate at which replies are handed over. With `--database` the
named database on a PostgreSQL server must be empty; it is used for the kills alone.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.channels.mail.desk_apart import environment, run
from tests.channels.mail.far_server import far_server
from tests.channels.mail.killing import kill_senders, seconds_until_shown


def rate(replies: int) -> float:
    """Return replies handed over a second, by one process on SQLite."""
    with tempfile.TemporaryDirectory(prefix="wingbeat-bench-") as home, far_server() as far:
        environ = environment(Path(home))
        run(environ, "prepare", str(replies), str(far.port))
        done = run(environ, "send")
        assert len(far.taken) == done["sent"] == replies
        return float(done["sent"] / done["seconds"])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--replies", type=int, default=500)
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--senders", type=int, default=1)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--database", default="")
    options = asked.parse_args()
    print(f"handed over: {rate(min(options.replies, 300)):.0f} replies/s")
    with tempfile.TemporaryDirectory(prefix="wingbeat-bench-") as home:
        outcome = kill_senders(
            environment(Path(home), options.database),
            replies=options.replies,
            kills=options.kills,
            senders=options.senders,
            seed=options.seed,
        )
    print(outcome)
    with tempfile.TemporaryDirectory(prefix="wingbeat-bench-") as home:
        shown = seconds_until_shown(environment(Path(home)))
    print(f"a doubt is shown {shown:.1f} s after the kill, with a look that takes 1 to 2 s")


if __name__ == "__main__":
    main()
