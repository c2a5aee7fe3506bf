"""Makes `builders` importable from every test: pytest puts the folder of this file on the path."""

from hypothesis import settings

# A slow machine is no failure: how long things take is measured by eval/bench.py, never tested.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
