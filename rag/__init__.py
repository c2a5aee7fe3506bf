"""Clippings: answers and summaries over a folder of news articles, with the exact sentence behind everything.

`rag.pipeline.Pipeline` runs the whole flow. Importing this package switches off the telemetry of the libraries below it.
"""

import os

__version__ = "0.1.0"

# Nothing leaves the machine unless a cloud model was named; these are read when the libraries are first imported.
os.environ["ANONYMIZED_TELEMETRY"] = "False"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
