"""Bounded hand-overs between threads: packets with serials, pictures and samples, and the read-ahead rule."""
