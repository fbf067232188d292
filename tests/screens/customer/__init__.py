"""The customer's side through its addresses, as those who open their links meet it."""
