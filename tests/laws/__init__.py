"""The laws, proven with no Django configured."""
