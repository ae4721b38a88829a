"""How people and machines see gatherings."""
