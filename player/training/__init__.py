"""Networks learn here: recipes, data, the loop, and what comes of it. Runs as a process of its own. No Qt.

What a recipe says (`recipe`, `table`, the rooms' settings), what a run tells (`events`) and where it lies
(`run_folder`) stand without torch; everything else imports it.
"""
