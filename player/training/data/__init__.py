"""Labelled pictures to learn from: readers of the usual formats, splits, their order, and reading ahead.

`opening.open_images` gives a recipe's pictures, `boxes.open_boxes` boxes in pictures. Whatever is wrong with them is a
DataError, before training starts. `settings` stands without torch.
"""
