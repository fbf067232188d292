"""A small desk as Zammad keeps it, written from its public sources before the loader was read.

Read for it, in zammad/zammad: `db/migrate/20120101000001_create_base.rb`, `..._create_ticket.rb`,
`db/seeds/ticket_*.rb`, `app/models/{ticket,ticket/article,link,store}.rb`, `checklist.rb`,
`store/provider/file.rb`, `concerns/has_history.rb`, the controllers of tickets and articles, and
`spec/requests/ticket/article_attachments_spec.rb`. In zammad/zammad-documentation: `api/intro.rst`,
`api/ticket/*.rst`, `api/user.rst`, `api/organization.rst`, `api/group.rst`, `api/object.rst`.

One set of rows, three shapes: `as_csv` (what COPY writes), `as_json`, and `zammad_stand_in_api`.
"""

from __future__ import annotations

from tests.channels.moving.zammad_stand_in.desk import Desk
from tests.channels.moving.zammad_stand_in.rows import LOG, PDF, PNG, Row
from tests.channels.moving.zammad_stand_in.tickets import desk
from tests.channels.moving.zammad_stand_in.written import as_csv, as_json, put_files

__all__ = ("LOG", "PDF", "PNG", "Desk", "Row", "as_csv", "as_json", "desk", "put_files")
