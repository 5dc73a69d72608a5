"""The floor: the least a signed-in page of this framework can do, in the same process as the site."""
