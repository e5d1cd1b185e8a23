from hypothesis import settings

settings.register_profile("busy-machine", deadline=None)  # a slow machine is no failure
settings.load_profile("busy-machine")
