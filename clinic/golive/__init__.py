"""Going live: key ceremony, people, places; nothing clinical starts before they are there."""
