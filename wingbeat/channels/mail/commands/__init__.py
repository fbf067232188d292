"""What `wingbeat mail` does: take one mail in, fetch once, count."""
