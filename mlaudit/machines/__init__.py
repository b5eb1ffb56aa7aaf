"""Is the machine part of the commit? Views over what files say of images, builds and the environment."""
