"""The parts of the browser interface: each tab lays itself out and answers its own events. What it shows comes from `rag`."""

import rag  # noqa: F401  (it switches the telemetry of Gradio off, which must be before that is imported)
