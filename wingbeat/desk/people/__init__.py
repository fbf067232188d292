"""Who works at the desk: agents, teams and what each may do."""
