"""Pictures held against others: which one belongs to which, and how far apart the two are.

`comparison` decides for the picture on screen, `pairing` is its arithmetic, `other_file` reads the second file,
`metrics` measures, `meter` does that on a thread of its own.
"""
