"""Recurrent neural networks in plain NumPy: the reference behind the book.

Each module is one idea; read them in this order: `activations`, `rnn`, `lstm`, `network`, `losses`,
`optimizers`, `training`, `datasets`, `generation`, `gradcheck`, `experiment`; `sweep`, `plots` and
`diagrams` are extras.
"""

__version__ = "0.1.0"
