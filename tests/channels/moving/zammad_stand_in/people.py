"""Who is there: users with their roles, and organizations."""

from __future__ import annotations

from typing import Any

from tests.channels.moving.zammad_stand_in.rows import Row, Tables, named, stamped


def people() -> list[Row]:
    """Whoever is no agent is a customer; the first is the system, whose `-` stands for nobody."""

    def user(number: int, name: str, email: str, *, org: int | None = None, **more: Any) -> Row:
        first, _, last = name.partition(" ")
        row = {
            "id": number,
            "organization_id": org,
            "login": email or f"auto-16958{number}",
            "email": email,
            "firstname": first,
            "lastname": last,
            "phone": "",
            "mobile": "",
            "web": "",
            "note": "",
            "vip": False,
            "active": True,
            "verified": False,
            "customer_no": None,
            "out_of_office": False,
            "preferences": {"locale": "de-de"},
        }
        return stamped(row | more)

    return [
        user(1, "-", "", login="-", active=False, preferences={}),
        user(2, "Nicole Braun", "nicole.braun@zammad.org", org=1),
        user(3, "Anna Berg", "anna.berg@oldshop.example"),
        user(4, "Ben Rask", "ben.rask@oldshop.example", active=False),
        user(5, "Otto Alt", "", phone="+49 30 5551234"),
        user(6, "Nora Lind", "nora.lind@example.org", org=2, customer_no="K-100", vip=True),
        user(7, "", "mailer-daemon@mx.example.net"),
        user(8, "Jürgen Groß, Dr.", "juergen.gross@example.org", org=2, note="prefers <b>mail</b>"),
        user(9, "", "", login="+49301112223", mobile="+49301112223"),
    ]


def organizations() -> list[Row]:
    def organization(number: int, name: str, domain: str, contract: str | None) -> Row:
        return stamped(
            {
                "id": number, "name": name, "shared": True, "domain": domain,
                "domain_assignment": bool(domain), "active": True, "note": "", "contract": contract,
            }
        )  # fmt: skip

    return [
        organization(1, "Zammad Foundation", "", None),
        organization(2, "Lind & Söhne", "example.org", "gold"),
    ]


def tables() -> Tables:
    roles = ((2, 3), (3, 1), (3, 2), (4, 2), (5, 3), (6, 3), (7, 3), (8, 3), (9, 3))
    return {
        "users": people(),
        "roles": named(["Admin", "Agent", "Customer"]),
        "roles_users": [{"user_id": user, "role_id": role} for user, role in roles],
        "organizations": organizations(),
        "organizations_users": [{"user_id": 6, "organization_id": 1}],
    }
