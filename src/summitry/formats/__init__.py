"""How the house writes dates and times in each language, where Django's own way differs."""
