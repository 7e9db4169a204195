"""What no room can promise alone: the order of the rooms, bounds, text that stays text, and examples all the way to pages."""
