"""Django nouns and verbs, low to high: journal, people, customers, conversations."""
