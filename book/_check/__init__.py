"""The rules that a page of the book keeps: ``nox -s check-page -- PATH`` and the tests share them.

``page`` reads a page and ``running`` runs it; ``book`` knows what other pages offer. Each rule is a
function that takes a page and yields what is wrong with it, a line and what to do: ``form``,
``cells``, ``figures``, ``words`` and ``links``. ``__main__`` is the command.
"""
