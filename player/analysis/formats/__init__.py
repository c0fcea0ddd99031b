"""Results on disk: a module a format, each with its writer and its reader."""
