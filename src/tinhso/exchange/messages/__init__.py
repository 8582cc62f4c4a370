"""Messages of our own rooms: typed clients, delivery after commit, questions, dead letters, replay."""
