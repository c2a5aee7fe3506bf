"""The reader: a small extractive model that marks the answer to a question inside a passage, or says that there is none."""
