"""Knowledge: articles that answer once what many ask, and when each was last found to be true."""
