"""Pictures changed at random before a network sees them: on its device, a batch at a time, each by draws of its own.

`making` puts together what a recipe asks for. All chance comes from the generator that is handed in: the same state
gives the same pictures. `settings` stands without torch.
"""
