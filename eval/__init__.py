"""The scripted evaluation: what the product finds, cites, answers and refuses, on questions with known answers."""
